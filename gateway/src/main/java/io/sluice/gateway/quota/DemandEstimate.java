package io.sluice.gateway.quota;

/**
 * An estimate of the requests a second that one Envoy has for a bucket, from its reports: those that it allowed and
 * those that it denied.
 *
 * <p>A rise counts at once, a fall by half, and a report without requests in full. Envoy gives the time of a report
 * only in whole seconds, so after the first report, the time between two arrivals is used.
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

    /** Whether a rate is known. */
    boolean isKnown() {
        return known;
    }

    /** How many are expected in a time. */
    double in(long nanos) {
        return perSecond * (nanos / 1e9);
    }

    /** The expected requests in a time, plus a margin for chance. At least 1. */
    long usualIn(long nanos) {
        double expected = in(nanos);
        return (long) Math.ceil(Math.min(Long.MAX_VALUE / 4.0, expected + Math.sqrt(expected) / 2 + 1));
    }

    /** The arrival of the last report. */
    long reportedNanos() {
        return reportedNanos;
    }
}
