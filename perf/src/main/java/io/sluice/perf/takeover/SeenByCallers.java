package io.sluice.perf.takeover;

import io.sluice.perf.load.HttpCrowd;
import io.sluice.perf.load.HttpReply;
import io.sluice.perf.load.Latencies;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.HdrHistogram.Histogram;

/**
 * What callers get while something happens: how long they wait, how often in vain, and the longest time in which a
 * request partition gives nobody a verdict. The load asks every partition many times a second.
 */
final class SeenByCallers implements HttpCrowd.Listener {
    /** A caller that waits longer notices. */
    static final long NOTICED_MILLIS = 250;

    private static final long NOTICED_NANOS = NOTICED_MILLIS * 1_000_000;
    private static final byte[] DECISION_ID = "\"decisionId\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final int ALLOWED = 200;
    private static final int DENIED = 429;

    private final Histogram waits = Latencies.histogram();
    private final long[] lastVerdictNanos;
    private long longestGapNanos;
    private long failed;
    private long noticed;

    /** Everything is well at this moment. */
    SeenByCallers(int partitions) {
        this.lastVerdictNanos = new long[partitions];
        Arrays.fill(lastVerdictNanos, System.nanoTime());
    }

    @Override
    public void answered(long sentNanos, HttpReply reply) {
        long nowNanos = System.nanoTime();
        long nanos = Math.max(0, nowNanos - sentNanos);
        if (reply.status() != ALLOWED && reply.status() != DENIED) {
            lost(sentNanos);
            return;
        }
        waits.recordValue(Math.min(nanos, waits.getHighestTrackableValue()));
        noticed += nanos > NOTICED_NANOS ? 1 : 0;
        int at = reply.indexOf(DECISION_ID, 0);
        if (at < 0) {
            throw new IllegalStateException("a verdict without a decision ID (expected: the ledger's own): " + reply);
        }
        endGap(reply.numberAt(at + DECISION_ID.length), nowNanos);
    }

    @Override
    public void lost(long sentNanos) {
        failed++;
        noticed++;
    }

    private void endGap(int partition, long nowNanos) {
        longestGapNanos = Math.max(longestGapNanos, nowNanos - lastVerdictNanos[partition]);
        lastVerdictNanos[partition] = nowNanos;
    }

    /** Counts gaps that last until now. */
    void end() {
        long nowNanos = System.nanoTime();
        for (int partition = 0; partition < lastVerdictNanos.length; partition++) {
            endGap(partition, nowNanos);
        }
    }

    long longestGapNanos() {
        return longestGapNanos;
    }

    /** Requests without a verdict. */
    long failed() {
        return failed;
    }

    /** Requests that had to wait for longer than {@link #NOTICED_MILLIS}, or had no verdict. */
    long noticed() {
        return noticed;
    }

    long requests() {
        return waits.getTotalCount() + failed;
    }

    /** Of those that had a verdict. */
    Histogram waits() {
        return waits;
    }
}
