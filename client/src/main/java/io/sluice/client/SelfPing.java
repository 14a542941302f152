package io.sluice.client;

import io.sluice.schemas.reply.Pong;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task that pings every request partition again and again.
 *
 * <p>Readiness depends on it. A ping and its pong pass the request topic, the task that owns the partition, the reply
 * topic and this instance's reader. The pong also shows whether a ruleset is in force there.
 *
 * <p>At first all partitions have to answer, but at most for {@link #WHOLE_WITHIN} after half of them did. From then
 * on half of them are enough: one blocked partition must not make every front end unready, and so block all others.
 */
final class SelfPing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SelfPing.class);
    /** A partition counts as silent after this many intervals without a pong. */
    static final int INTERVALS_MISSED_MAX = 3;

    /** How long a front end that starts waits for the rest, once half of the partitions answer. */
    static final Duration WHOLE_WITHIN = Duration.ofSeconds(15);

    private static final Duration TICK = Duration.ofMillis(100);

    /** Sends a ping to a partition; its pong comes back through {@link #answered}. */
    @FunctionalInterface
    interface Sender {
        void ping(int partition);
    }

    private static final class Partition {
        private boolean answered;
        private long answeredNanos;
        private boolean asked;
        private long requestedNanos;
        private long rulesetRevision;
    }

    private final List<Partition> partitions = new ArrayList<>();
    private final long intervalNanos;
    private final LongSupplier nanoClock;
    private final Sender sender;
    private final ScheduledExecutorService ticks;
    // Only the one thread that pings uses it.
    private boolean failing;
    private boolean started;
    private boolean halfAnswer;
    private long halfSinceNanos;

    SelfPing(int partitionCount, Duration interval, LongSupplier nanoClock, Sender sender) {
        for (int i = 0; i < partitionCount; i++) {
            partitions.add(new Partition());
        }
        this.intervalNanos = interval.toNanos();
        this.nanoClock = nanoClock;
        this.sender = sender;
        this.ticks = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "sluice-client-pings");
            thread.setDaemon(true);
            return thread;
        });
    }

    void start() {
        ticks.scheduleWithFixedDelay(this::guardedTick, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void guardedTick() {
        try {
            tick();
        } catch (RuntimeException | Error e) {
            // Otherwise the executor silently stops.
            LOG.error("looking at the request partitions failed", e);
        }
    }

    /** Pings every partition that is due: soon again while it has not answered well, then once an interval. */
    void tick() {
        for (int i = 0; i < partitions.size(); i++) {
            if (isDue(partitions.get(i))) {
                ping(i);
            }
        }
        // Its time runs whether there are requests or not.
        readiness();
    }

    /** What goes wrong with one ping must not end the others: without them, readiness never returns. */
    private void ping(int partition) {
        try {
            sender.ping(partition);
            failing = false;
        } catch (RuntimeException | Error e) {
            if (!failing) {
                LOG.error("pinging request partition {} failed; not said again until one succeeds", partition, e);
            }
            failing = true;
        }
    }

    private synchronized boolean isDue(Partition partition) {
        long now = nanoClock.getAsLong();
        boolean well = partition.answered && partition.rulesetRevision > 0;
        long pauseNanos = well ? intervalNanos : Math.min(intervalNanos, TICK.toNanos() * 5);
        if (partition.asked && now - partition.requestedNanos < pauseNanos) {
            return false;
        }
        partition.asked = true;
        partition.requestedNanos = now;
        return true;
    }

    synchronized void answered(Pong pong) {
        if (pong.partition() < partitions.size()) {
            Partition partition = partitions.get(pong.partition());
            partition.answered = true;
            partition.answeredNanos = nanoClock.getAsLong();
            partition.rulesetRevision = pong.rulesetRevision();
        }
    }

    /** Partitions that do not answer, or have no ruleset in force. */
    synchronized int missingCount() {
        return missing(nanoClock.getAsLong()).size();
    }

    synchronized Readiness readiness() {
        long now = nanoClock.getAsLong();
        List<String> missing = missing(now);
        boolean half = 2 * missing.size() <= partitions.size();
        if (half && !halfAnswer) {
            halfSinceNanos = now;
        }
        halfAnswer = half;
        started |= missing.isEmpty() || half && now - halfSinceNanos > WHOLE_WITHIN.toNanos();
        return new Readiness(started && half, String.join("; ", missing));
    }

    /** How each partition answers. */
    synchronized List<PartitionHealth> partitions() {
        long now = nanoClock.getAsLong();
        List<PartitionHealth> all = new ArrayList<>();
        for (int i = 0; i < partitions.size(); i++) {
            Partition partition = partitions.get(i);
            long silentNanos = now - partition.answeredNanos;
            all.add(new PartitionHealth(
                    i,
                    partition.answered && silentNanos <= INTERVALS_MISSED_MAX * intervalNanos,
                    partition.answered ? TimeUnit.NANOSECONDS.toMillis(silentNanos) : -1,
                    partition.rulesetRevision));
        }
        return all;
    }

    private List<String> missing(long now) {
        List<String> missing = new ArrayList<>();
        for (int i = 0; i < partitions.size(); i++) {
            Partition partition = partitions.get(i);
            if (!partition.answered) {
                missing.add("request partition " + i + " has not answered yet");
            } else if (now - partition.answeredNanos > INTERVALS_MISSED_MAX * intervalNanos) {
                missing.add("request partition " + i + " no longer answers");
            } else if (partition.rulesetRevision == 0) {
                missing.add("request partition " + i + " has no ruleset in force");
            }
        }
        return missing;
    }

    @Override
    public void close() {
        ticks.shutdownNow();
    }
}
