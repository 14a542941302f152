package io.sluice.replay.suggest;

import java.util.Locale;

/** By how much the numbers of a limit are multiplied, in thousandths. */
public record Factor(long perMille) implements Comparable<Factor> {
    private static final long WHOLE = 1_000;

    /** As it is. */
    public static final Factor ONE = new Factor(WHOLE);

    public Factor {
        if (perMille < 1) {
            throw new IllegalArgumentException("factor: " + perMille + " thousandths (expected: at least 1)");
        }
    }

    /** The number multiplied, rounded up. */
    long of(long number) {
        return Math.max(1, Math.addExact(Math.multiplyExact(number, perMille), WHOLE - 1) / WHOLE);
    }

    @Override
    public int compareTo(Factor other) {
        return Long.compare(perMille, other.perMille);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.3f", perMille / 1_000.0);
    }
}
