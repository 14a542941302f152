package io.sluice.perf.overload;

import io.sluice.perf.load.HttpCrowd;
import io.sluice.perf.load.HttpReply;
import io.sluice.perf.load.Latencies;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** What callers get in one phase of a load, by the moments of their requests. */
final class Answered implements HttpCrowd.Listener {
    private static final int UNAVAILABLE = 503;
    private static final byte[] RETRY_AFTER = "Retry-After:".getBytes(StandardCharsets.US_ASCII);

    private final long deadlineNanos;
    private final Histogram verdicts = Latencies.histogram();
    private final Histogram refusals = Latencies.histogram();
    private long inTime;
    private long late;
    private long refused;
    private long refusedWithRetryAfter;
    private long lost;
    private long lastBadNanos = Long.MIN_VALUE;

    Answered(long deadlineMillis) {
        this.deadlineNanos = TimeUnit.MILLISECONDS.toNanos(deadlineMillis);
    }

    @Override
    public void answered(long sentNanos, HttpReply reply) {
        long nanos = Math.max(0, System.nanoTime() - sentNanos);
        if (reply.status() == UNAVAILABLE) {
            refused++;
            refusedWithRetryAfter += reply.headHas(RETRY_AFTER) ? 1 : 0;
            refusals.recordValue(Math.min(nanos, refusals.getHighestTrackableValue()));
            bad(sentNanos);
            return;
        }
        verdicts.recordValue(Math.min(nanos, verdicts.getHighestTrackableValue()));
        if (nanos <= deadlineNanos) {
            inTime++;
        } else {
            late++;
            bad(sentNanos);
        }
    }

    @Override
    public void lost(long sentNanos) {
        lost++;
        bad(sentNanos);
    }

    private void bad(long sentNanos) {
        lastBadNanos = Math.max(lastBadNanos, sentNanos);
    }

    /** Verdicts within the deadline. */
    long inTime() {
        return inTime;
    }

    long late() {
        return late;
    }

    long refused() {
        return refused;
    }

    long lost() {
        return lost;
    }

    long all() {
        return inTime + late + refused + lost;
    }

    double shareOfRefusals() {
        return all() == 0 ? 0 : (double) refused / all();
    }

    double shareWithRetryAfter() {
        return refused == 0 ? 1 : (double) refusedWithRetryAfter / refused;
    }

    Histogram verdicts() {
        return verdicts;
    }

    Histogram refusals() {
        return refusals;
    }

    /** From this moment to the last request that got no verdict in time; 0 if all did. */
    double secondsToRecover(long sinceNanos) {
        return lastBadNanos == Long.MIN_VALUE ? 0 : Math.max(0, (lastBadNanos - sinceNanos) / 1e9);
    }

    @Override
    public String toString() {
        return inTime + " in time, " + late + " late, " + refused + " refused (" + refusedWithRetryAfter
                + " with Retry-After), " + lost + " lost";
    }
}
