package io.sluice.streams.ops;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a stream thread that died, as long as that does not become a habit.
 *
 * <p>Threads die of the cluster (a fenced producer, a lost disk), not of records. A few an hour are weather; more mean
 * that a restart by the platform, with an alert, serves better.
 */
public final class ThreadReplacement implements StreamsUncaughtExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadReplacement.class);
    private static final long WINDOW_NANOS = Duration.ofHours(1).toNanos();

    private final int replacementsMax;
    private final LongSupplier nanoClock;
    private final Deque<Long> replacementNanos = new ArrayDeque<>();

    public ThreadReplacement(int replacementsMax, LongSupplier nanoClock) {
        this.replacementsMax = replacementsMax;
        this.nanoClock = nanoClock;
    }

    @Override
    public synchronized StreamThreadExceptionResponse handle(Throwable failure) {
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
}
