package io.sluice.streams.ops;

/**
 * The answer to a probe.
 *
 * @param ok whether all is well
 * @param detail why not; or a note although all is well; empty for none
 */
public record ProbeAnswer(boolean ok, String detail) {
    public static final ProbeAnswer OK = new ProbeAnswer(true, "");

    public static ProbeAnswer not(String detail) {
        return new ProbeAnswer(false, detail);
    }

    /** All is well, with a note for operators; empty for none. */
    public static ProbeAnswer okWith(String detail) {
        return new ProbeAnswer(true, detail);
    }

    /** The first of both that is not well; if both are well, the notes of both. */
    public ProbeAnswer and(ProbeAnswer other) {
        if (!ok) {
            return this;
        }
        if (!other.ok || detail.isEmpty()) {
            return other;
        }
        return okWith(other.detail.isEmpty() ? detail : detail + "; " + other.detail);
    }
}
