package io.sluice.engine.bucket;

/**
 * A sustained rate of {@code tokens} per {@code periodMillis}, kept in lowest terms.
 *
 * <p>The range runs from one token in ten years to ten million tokens a second. Two rates that mean the same compare
 * equal: 60 per minute is 1 per second.
 */
public record Rate(long tokens, long periodMillis) {
    /** The most tokens that a rate may name for one period. */
    public static final long TOKENS_MAX = 1_000_000_000_000L;
    /** The longest period: ten years of 366 days. */
    public static final long PERIOD_MILLIS_MAX = 10L * 366 * 24 * 60 * 60 * 1000;
    /** The highest rate: ten million tokens a second. */
    public static final long TOKENS_PER_MILLI_MAX = 10_000;

    public Rate {
        Bounds.within("tokens", tokens, 1, TOKENS_MAX);
        Bounds.within("per", periodMillis, 1, PERIOD_MILLIS_MAX);
        if (tokens > periodMillis * TOKENS_PER_MILLI_MAX) {
            throw new IllegalArgumentException("rate: " + tokens + " tokens per " + periodMillis
                    + " ms (expected: at most " + TOKENS_PER_MILLI_MAX + " tokens per ms)");
        }
        long divisor = greatestCommonDivisor(tokens, periodMillis);
        tokens /= divisor;
        periodMillis /= divisor;
    }

    /** The rate scaled down: exactly where its terms stay in range, otherwise rounded down; never to nothing. */
    Rate scaled(int perMille) {
        if (tokens <= TOKENS_MAX / perMille && periodMillis <= PERIOD_MILLIS_MAX / 1_000) {
            return new Rate(tokens * perMille, periodMillis * 1_000);
        }
        return new Rate(Algorithm.scaledTokens(tokens, perMille), periodMillis);
    }

    private static long greatestCommonDivisor(long a, long b) {
        while (b != 0) {
            long rest = a % b;
            a = b;
            b = rest;
        }
        return a;
    }
}
