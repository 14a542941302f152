package io.sluice.client.fastpath;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much is asked with one key: counted by every caller, made a rate by one thread, window by window.
 *
 * <p>Rates follow a rise quickly and a fall slowly, so that a pause of one window does not give a lease up. A few
 * questions in one window say little: ten a second are one in a window of 100 ms, and one question alone is not ten a
 * second. So where there are few, a rate is the mean of about three seconds.
 */
final class Demand {
    private static final double NANOS = 1e9;
    private static final long WINDOW_NANOS = FastAdmissions.WINDOW_MILLIS * 1_000_000;
    private static final double QUICK = 0.5;
    private static final double CAUTIOUS = 0.2;
    private static final double STEADY = 0.033;
    /** Questions in one window that are no accident. */
    private static final long EVIDENCE = 5;

    private static final double EVIDENCE_PER_SECOND = EVIDENCE * NANOS / WINDOW_NANOS;

    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong tokens = new AtomicLong();
    private long rolledNanos;
    private long quietSinceNanos;
    private volatile double askedPerSecond;
    private volatile double tokensPerSecond;

    Demand(long nowNanos) {
        this.rolledNanos = nowNanos;
        this.quietSinceNanos = nowNanos;
    }

    void asked(long cost) {
        asked.getAndIncrement();
        tokens.getAndAdd(cost);
    }

    /** Ends a window; called by one thread. */
    void roll(long nowNanos) {
        // A key is first asked in the midst of a window: one question in what is left of it is not many a second.
        long nanos = Math.max(WINDOW_NANOS, nowNanos - rolledNanos);
        rolledNanos = nowNanos;
        long count = asked.getAndSet(0);
        long sum = tokens.getAndSet(0);
        if (count > 0) {
            quietSinceNanos = nowNanos;
        }
        double rise = count < EVIDENCE ? STEADY : QUICK;
        double fall = askedPerSecond < EVIDENCE_PER_SECOND ? STEADY : CAUTIOUS;
        askedPerSecond = smoothed(askedPerSecond, count * NANOS / nanos, rise, fall);
        tokensPerSecond = smoothed(tokensPerSecond, sum * NANOS / nanos, rise, fall);
    }

    private static double smoothed(double before, double now, double rise, double fall) {
        return before + (now - before) * (now > before ? rise : fall);
    }

    double askedPerSecond() {
        return askedPerSecond;
    }

    /** How many tokens are asked for in this time; at least 1. */
    long tokensIn(long nanos) {
        return (long) Math.max(1, Math.ceil(tokensPerSecond * nanos / NANOS));
    }

    /**
     * The same with as much on top as chance adds once in forty times, two standard deviations of what comes at random:
     * who asks twice on average in this time asks five times now and then.
     */
    long tokensAtMostIn(long nanos) {
        double questions = questionsIn(nanos);
        double withChance = questions > 0 ? 1 + 2 / Math.sqrt(questions) : 1;
        return (long) Math.max(1, Math.ceil(tokensPerSecond * nanos / NANOS * withChance));
    }

    /** What a question costs on average; at least 1. */
    long usualCost() {
        return Math.max(1, Math.round(tokensPerSecond / askedPerSecond));
    }

    /** How many questions are asked in this time. */
    double questionsIn(long nanos) {
        return askedPerSecond * nanos / NANOS;
    }

    /** How long it takes until so many have been asked. */
    double nanosFor(double questions) {
        return questions * NANOS / askedPerSecond;
    }

    /** How long nothing has been asked, as of the last window. */
    long quietNanos(long nowNanos) {
        return nowNanos - quietSinceNanos;
    }
}
