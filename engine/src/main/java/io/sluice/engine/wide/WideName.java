package io.sluice.engine.wide;

/**
 * Names one wide bucket: the bucket that a limit has for one scope value, whoever asks.
 *
 * @param scope the scope value; empty for a limit with one bucket
 */
public record WideName(String limitId, String scope) {
    /** Separates the two in {@link #text}; the wire contract refuses it in every value. */
    private static final String SEPARATOR = "\u001f";

    /** The text whose hash is the partition that owns the bucket. */
    public String text() {
        return limitId + SEPARATOR + scope;
    }
}
