package io.sluice.client.fastpath;

/**
 * How long the ledger takes to answer, which decides how early a lease has to be renewed.
 *
 * <p>Mean and mean deviation of round trips, and four deviations on top of the mean for a round trip that is late, as
 * TCP waits before it sends again (RFC 6298). Worked example: round trips of 10 ms that are 3 ms off on average have a
 * lease be renewed 22 ms before it ends, as far as that is an eighth of it to a half.
 */
final class RoundTripEstimator {
    private static final double MEAN_WEIGHT = 1.0 / 8;
    private static final double DEVIATION_WEIGHT = 1.0 / 4;
    private static final long DEVIATIONS = 4;
    private static final long ROUND_TRIP_NANOS_AT_FIRST = 10_000_000;

    // Written by several threads: a lost update is one observation less.
    private volatile long roundTripNanos = ROUND_TRIP_NANOS_AT_FIRST;
    private volatile long deviationNanos = ROUND_TRIP_NANOS_AT_FIRST;

    void observed(long nanos) {
        long off = nanos - roundTripNanos;
        deviationNanos += (long) ((Math.abs(off) - deviationNanos) * DEVIATION_WEIGHT);
        roundTripNanos += (long) (off * MEAN_WEIGHT);
    }

    long roundTripNanos() {
        return roundTripNanos;
    }

    /** How long before the end of a lease of this length its renewal begins: an eighth of it to a half. */
    long renewNanos(long lengthNanos) {
        long lateNanos = roundTripNanos + DEVIATIONS * deviationNanos;
        return Math.min(lengthNanos / 2, Math.max(lengthNanos / 8, lateNanos));
    }
}
