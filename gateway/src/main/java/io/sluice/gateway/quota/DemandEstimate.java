package io.sluice.gateway.quota;

/**
 * How many requests a second one Envoy has for a bucket, by its reports: those it allowed and those it denied.
 *
 * <p>A rise counts at once, a fall by half, a report without requests in full. Envoy says how long a report covers in
 * whole seconds only, so but for the first report the time between two arrivals counts.
 */
final class DemandEstimate {
    /** A report that comes sooner covers a second: the first one after a subscription may come at once. */
    private static final double SECONDS_MIN = 1;

    private long reportedNanos;
    private double perSecond;
    private boolean known;

    /** Begins with a bucket's first report, which says little if the bucket is new. */
    DemandEstimate(BucketUsage first, long nowNanos) {
        reportedNanos = nowNanos;
        known = first.elapsedSeconds() >= SECONDS_MIN;
        perSecond = known ? (double) first.requests() / first.elapsedSeconds() : 0;
    }

    /** Takes the requests since the last report into account. */
    void reported(BucketUsage usage, long nowNanos) {
        double seen = usage.requests() / Math.max(SECONDS_MIN, (nowNanos - reportedNanos) / 1e9);
        perSecond = seen == 0 || !known ? seen : Math.max(seen, (perSecond + seen) / 2);
        known = true;
        reportedNanos = nowNanos;
    }

    /** Whether it rests on a time. */
    boolean isKnown() {
        return known;
    }

    /** How many are expected in a time. */
    double in(long nanos) {
        return perSecond * (nanos / 1e9);
    }

    /** How many there usually are in a time: as expected, and what chance often adds. At least 1. */
    long usualIn(long nanos) {
        double expected = in(nanos);
        return (long) Math.ceil(Math.min(Long.MAX_VALUE / 4.0, expected + Math.sqrt(expected) / 2 + 1));
    }

    /** The arrival of the last report. */
    long reportedNanos() {
        return reportedNanos;
    }
}
