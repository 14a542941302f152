package io.sluice.engine.wide;

/** What a partition counts as open until it ends or lapses. */
public enum WideCount {
    /**
     * Vouchers of its buckets. One that has no end after that long counts as kept: what it charged stays charged, as if
     * the request had been admitted, so nothing is admitted twice. If its end comes after all, what it gives back
     * leaves the bucket as it would have before.
     */
    VOUCHERS(600_000),
    /** Idempotency keys of requests that are between partitions. None is longer. */
    KEYS(TravellingKey.REMEMBERED_MILLIS);

    private final long periodMillis;

    WideCount(long periodMillis) {
        this.periodMillis = periodMillis;
    }

    /** What is open lapses after one to two such periods. */
    public long periodMillis() {
        return periodMillis;
    }
}
