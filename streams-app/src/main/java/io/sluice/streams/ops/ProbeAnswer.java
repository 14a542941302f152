package io.sluice.streams.ops;

/**
 * The answer to a probe.
 *
 * @param ok whether all is well
 * @param detail why not; empty if it is
 */
public record ProbeAnswer(boolean ok, String detail) {
    public static final ProbeAnswer OK = new ProbeAnswer(true, "");

    public static ProbeAnswer not(String detail) {
        return new ProbeAnswer(false, detail);
    }

    /** The first of both that is not well. */
    public ProbeAnswer and(ProbeAnswer other) {
        return ok ? other : this;
    }
}
