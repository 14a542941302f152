package io.sluice.client;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The requests of this front end that wait for replies, partition by partition, and how long one more would wait.
 *
 * <p>A partition answers in order. So a request that waits behind {@code n} others, and gets its reply after a time
 * {@code t}, shows that the partition answers {@code n / t} a second. A further request waits for as long as those
 * before it take at that rate. A request that would wait for too much of its deadline is refused at once. It never
 * reaches the log, so it costs no token and no work.
 *
 * <pre>
 *   requests/s
 *      offered  ────────────╮ refused here, while the log has no more than the deadline allows
 *      answered ═══════════ ╰▶ sluice.requests.v1 ──▶ streams app
 * </pre>
 *
 * <p>Without a known rate, nothing is refused. A front end does not know a partition's rate at first, and drops one
 * that no reply confirms for {@link #REMEMBERED_NANOS}. A few requests are always sent, to measure it.
 */
final class Backlog {
    /**
     * This many requests of a partition may always wait: with fewer, the time of a reply depends on latency more than
     * on the rate.
     */
    static final int REQUESTS_MIN = 32;
    /** How long a rate is used without a reply that confirms it. */
    static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** The share of a new measurement: single replies vary. */
    private static final double WEIGHT = 1.0 / 8;

    private static final double PERCENT = 100;
    private static final double NANOS_PER_MILLI = 1e6;

    private final double waitShare;
    private final LongSupplier nanoClock;
    private final List<Partition> partitions = new ArrayList<>();
    private final Counter shed;

    /**
     * A backlog without a request.
     *
     * @param waitSharePercent of its deadline, so much a request may be expected to wait
     */
    Backlog(int partitionCount, int waitSharePercent, LongSupplier nanoClock, MeterRegistry registry) {
        this.waitShare = waitSharePercent / PERCENT;
        this.nanoClock = nanoClock;
        for (int i = 0; i < partitionCount; i++) {
            partitions.add(new Partition());
        }
        this.shed = Counter.builder("sluice.client.shed")
                .description("Requests refused at once, since they would wait too long for their verdicts")
                .register(registry);
        Gauge.builder("sluice.client.wait", this, Backlog::longestWaitMillis)
                .description("How long a further request is expected to wait, on the partition where that is longest")
                .baseUnit("milliseconds")
                .register(registry);
    }

    /**
     * Why a request is refused; null if it is not.
     *
     * @param partition where it would go
     */
    @Nullable String refusal(int partition, long deadlineMillis) {
        Partition asked = partitions.get(partition);
        int waiting = asked.waiting.get();
        if (waiting < REQUESTS_MIN) {
            return null;
        }
        double waitMillis = asked.waitNanos(waiting, nanoClock.getAsLong()) / NANOS_PER_MILLI;
        if (waitMillis <= deadlineMillis * waitShare) {
            return null;
        }
        shed.increment();
        return "overloaded: " + waiting + " requests wait before this one, for about " + (long) waitMillis
                + " ms (expected: at most " + (long) (deadlineMillis * waitShare) + ")";
    }

    /** Adds a request, which is about to be sent. */
    QueuedRequest enter(int partition) {
        Partition entered = partitions.get(partition);
        return new QueuedRequest(entered, entered.waiting.incrementAndGet(), nanoClock.getAsLong());
    }

    private double longestWaitMillis() {
        long nowNanos = nanoClock.getAsLong();
        return partitions.stream()
                        .mapToDouble(partition -> partition.waitNanos(partition.waiting.get(), nowNanos))
                        .max()
                        .orElse(0)
                / NANOS_PER_MILLI;
    }

    /** One request of the backlog; it leaves once. */
    final class QueuedRequest {
        private final Partition partition;
        private final int position;
        private final long enteredNanos;
        private final AtomicBoolean left = new AtomicBoolean();

        private QueuedRequest(Partition partition, int position, long enteredNanos) {
            this.partition = partition;
            this.position = position;
            this.enteredNanos = enteredNanos;
        }

        /** Leaves it: the reply came, or the deadline passed without one. */
        void leave() {
            if (!left.compareAndSet(false, true)) {
                return;
            }
            partition.waiting.decrementAndGet();
            if (position >= REQUESTS_MIN) {
                long nowNanos = nanoClock.getAsLong();
                partition.measured(position / (double) Math.max(1, nowNanos - enteredNanos), nowNanos);
            }
        }

        /** Leaves it without a measurement: the request was not sent. */
        void cancel() {
            if (left.compareAndSet(false, true)) {
                partition.waiting.decrementAndGet();
            }
        }
    }

    private static final class Partition {
        private final AtomicInteger waiting = new AtomicInteger();
        /** Requests a nanosecond; 0 if it is not known. */
        private volatile double rate;

        private volatile long measuredNanos;

        private synchronized void measured(double newRate, long nowNanos) {
            double known = isKnown(nowNanos) ? rate : newRate;
            rate = known + (newRate - known) * WEIGHT;
            measuredNanos = nowNanos;
        }

        private boolean isKnown(long nowNanos) {
            return rate > 0 && nowNanos - measuredNanos < REMEMBERED_NANOS;
        }

        /** How long so many requests take; 0 if that is not known. */
        private double waitNanos(int requests, long nowNanos) {
            return isKnown(nowNanos) ? requests / rate : 0;
        }
    }
}
