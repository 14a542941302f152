package io.sluice.client.fastpath;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The demand for one key: counted by every caller, made a rate by one thread, window by window.
 *
 * <p>Rates follow a rise quickly and a fall slowly, so that a pause of one window does not give a lease up. A few
 * requests in one window say little: ten a second are one in a window of 100 ms, and one request alone is not ten a
 * second. So where there are few, a rate is the mean of about three seconds.
 */
final class RateEstimator {
    private static final double NANOS = 1e9;
    private static final long WINDOW_NANOS = FastAdmissions.WINDOW_MILLIS * 1_000_000;
    private static final double QUICK = 0.5;
    private static final double CAUTIOUS = 0.2;
    private static final double STEADY = 0.033;
    /** Requests in one window that are no accident. */
    private static final long EVIDENCE = 5;

    private static final double EVIDENCE_PER_SECOND = EVIDENCE * NANOS / WINDOW_NANOS;

    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong tokens = new AtomicLong();
    private long rolledNanos;
    private long quietSinceNanos;
    private volatile double requestsPerSecond;
    private volatile double tokensPerSecond;

    RateEstimator(long nowNanos) {
        this.rolledNanos = nowNanos;
        this.quietSinceNanos = nowNanos;
    }

    void asked(long cost) {
        asked.getAndIncrement();
        tokens.getAndAdd(cost);
    }

    /** Ends a window; called by one thread. */
    void updateRate(long nowNanos) {
        // The first request of a key comes in the midst of a window: one request in the rest of it is not many a
        // second.
        long nanos = Math.max(WINDOW_NANOS, nowNanos - rolledNanos);
        rolledNanos = nowNanos;
        long count = asked.getAndSet(0);
        long sum = tokens.getAndSet(0);
        if (count > 0) {
            quietSinceNanos = nowNanos;
        }
        double rise = count < EVIDENCE ? STEADY : QUICK;
        double fall = requestsPerSecond < EVIDENCE_PER_SECOND ? STEADY : CAUTIOUS;
        requestsPerSecond = smoothed(requestsPerSecond, count * NANOS / nanos, rise, fall);
        tokensPerSecond = smoothed(tokensPerSecond, sum * NANOS / nanos, rise, fall);
    }

    private static double smoothed(double before, double now, double rise, double fall) {
        return before + (now - before) * (now > before ? rise : fall);
    }

    double requestsPerSecond() {
        return requestsPerSecond;
    }

    /** How many tokens are requested in this time; at least 1. */
    long tokensIn(long nanos) {
        return (long) Math.max(1, Math.ceil(tokensPerSecond * nanos / NANOS));
    }

    /**
     * The same with as much on top as chance adds once in forty times: two standard deviations of random arrivals. A
     * key with two requests on average in this time has five now and then.
     */
    long tokensAtMostIn(long nanos) {
        double requests = requestsIn(nanos);
        double withChance = requests > 0 ? 1 + 2 / Math.sqrt(requests) : 1;
        return (long) Math.max(1, Math.ceil(tokensPerSecond * nanos / NANOS * withChance));
    }

    /** What a request costs on average; at least 1. */
    long usualCost() {
        return Math.max(1, Math.round(tokensPerSecond / requestsPerSecond));
    }

    /** How many requests come in this time. */
    double requestsIn(long nanos) {
        return requestsPerSecond * nanos / NANOS;
    }

    /** How long it takes until so many requests have come. */
    double nanosFor(double requests) {
        return requests * NANOS / requestsPerSecond;
    }

    /** How long no request has come, as of the last window. */
    long quietNanos(long nowNanos) {
        return nowNanos - quietSinceNanos;
    }
}
