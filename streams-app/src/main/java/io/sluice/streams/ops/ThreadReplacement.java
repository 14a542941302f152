package io.sluice.streams.ops;

import io.sluice.streams.topology.UnknownLedgerVersionException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handler that replaces a stream thread that died, unless that happens too often.
 *
 * <p>Threads that die because of an outage of Kafka ({@link ClusterFailure}) are replaced as often as needed, after
 * growing pauses, because a restart of the app would not help. Others die because of the machine or a defect. After
 * more than a few in an hour the app gives up, so that the platform restarts it and somebody is alerted.
 */
public final class ThreadReplacement implements StreamsUncaughtExceptionHandler, AutoCloseable {
    /** The pause before the first replacement of an outage, and the longest. */
    static final long PAUSE_MILLIS_MIN = 250;

    static final long PAUSE_MILLIS_MAX = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(ThreadReplacement.class);
    private static final long WINDOW_NANOS = Duration.ofHours(1).toNanos();
    /** An outage is over when no thread has died of one for so long. */
    private static final long OUTAGE_QUIET_NANOS = Duration.ofMinutes(1).toNanos();

    private final int replacementsMax;
    private final LongSupplier nanoClock;
    private final Deque<Long> replacementNanos = new ArrayDeque<>();
    /** Each failure by itself: a defect that looks like an outage hides behind no earlier one. */
    private final BoundedLog log;

    private final CountDownLatch closing = new CountDownLatch(1);
    private int deathsOfOutage;
    private long outageNanos;

    public ThreadReplacement(int replacementsMax, LongSupplier nanoClock) {
        this.replacementsMax = replacementsMax;
        this.nanoClock = nanoClock;
        this.log = new BoundedLog(nanoClock);
    }

    @Override
    public StreamThreadExceptionResponse handle(Throwable failure) {
        // It is logged here; the JVM would print it once more when the thread ends.
        Thread.currentThread().setUncaughtExceptionHandler((thread, known) -> {});
        if (UnknownLedgerVersionException.isBehind(failure)) {
            LOG.error("this Sluice is too old to decide: giving up", failure);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        if (!ClusterFailure.isBehind(failure)) {
            return counted(failure);
        }
        pause(pauseMillisAfter(failure));
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    private synchronized StreamThreadExceptionResponse counted(Throwable failure) {
        long now = nanoClock.getAsLong();
        while (!replacementNanos.isEmpty() && now - replacementNanos.peekFirst() > WINDOW_NANOS) {
            replacementNanos.removeFirst();
        }
        if (replacementNanos.size() >= replacementsMax) {
            LOG.error(
                    "stream thread died, {} were replaced within the hour: giving up",
                    replacementNanos.size(),
                    failure);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        replacementNanos.addLast(now);
        LOG.error("stream thread died and is replaced", failure);
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    private synchronized long pauseMillisAfter(Throwable failure) {
        long now = nanoClock.getAsLong();
        String line = ClusterFailure.lineOf(failure);
        if (now - outageNanos > OUTAGE_QUIET_NANOS) {
            deathsOfOutage = 0;
        }
        long times = log.happened(line.replaceAll("\\d+", "#"));
        if (times > 0) {
            LOG.warn("Kafka cannot be used; stream threads are replaced until it can ({} times): {}", times, line);
        }
        LOG.debug("a stream thread died of an outage", failure);
        outageNanos = now;
        long pause = Math.min(PAUSE_MILLIS_MIN << Math.min(deathsOfOutage, 10), PAUSE_MILLIS_MAX);
        deathsOfOutage++;
        return pause;
    }

    /** Kafka answers again: the next outage starts anew. */
    synchronized void recovered() {
        deathsOfOutage = 0;
    }

    private void pause(long millis) {
        try {
            if (closing.await(millis, TimeUnit.MILLISECONDS)) {
                LOG.debug("closing; the pause is over");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends all pauses. */
    @Override
    public void close() {
        closing.countDown();
    }
}
