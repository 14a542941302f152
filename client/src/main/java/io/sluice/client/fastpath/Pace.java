package io.sluice.client.fastpath;

/** How long the ledger takes to answer, which says how early a lease has to be renewed. */
final class Pace {
    /** A renewal begins this many round trips before the lease runs out. */
    private static final long ROUND_TRIPS_AHEAD = 8;

    private static final double WEIGHT = 0.1;
    private static final long ROUND_TRIP_NANOS_AT_FIRST = 10_000_000;

    // Written by several threads: a lost update is one observation less.
    private volatile long roundTripNanos = ROUND_TRIP_NANOS_AT_FIRST;

    void observed(long nanos) {
        roundTripNanos += (long) ((nanos - roundTripNanos) * WEIGHT);
    }

    long roundTripNanos() {
        return roundTripNanos;
    }

    /** How long before the end of a lease of this length its renewal begins: an eighth of it to a half. */
    long renewNanos(long lengthNanos) {
        return Math.min(lengthNanos / 2, Math.max(lengthNanos / 8, ROUND_TRIPS_AHEAD * roundTripNanos));
    }
}
