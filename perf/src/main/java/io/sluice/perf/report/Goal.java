package io.sluice.perf.report;

/**
 * The target of a figure.
 *
 * @param atLeast whether more is better
 * @param ofRatio whether it is about the ratio to the baseline; about the figure itself otherwise
 */
public record Goal(double bound, boolean atLeast, boolean ofRatio) {

    public static Goal ratioAtLeast(double bound) {
        return new Goal(bound, true, true);
    }

    public static Goal ratioAtMost(double bound) {
        return new Goal(bound, false, true);
    }

    public static Goal atLeast(double bound) {
        return new Goal(bound, true, false);
    }

    public static Goal atMost(double bound) {
        return new Goal(bound, false, false);
    }

    boolean isMetBy(double value) {
        return atLeast ? value >= bound : value <= bound;
    }

    String text() {
        return (atLeast ? "≥ " : "≤ ") + Numbers.text(bound);
    }
}
