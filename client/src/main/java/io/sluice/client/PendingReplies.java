package io.sluice.client;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sluice.schemas.reply.Reply;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The questions that wait for their answers: a bounded table with a deadline on each entry.
 *
 * <p>An entry ends exactly once, by whichever comes first: its reply, its deadline, or the failure to send it. Futures
 * are completed on threads of this table, so a slow caller holds up neither the reading of replies nor the deadlines.
 */
final class PendingReplies implements AutoCloseable {
    private static final int CALLBACK_THREADS = 2;
    private static final String CLOSING = "the client is closing";

    private final int entriesMax;
    private final Map<Long, Entry> entries = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final ScheduledThreadPoolExecutor deadlines;
    private final ExecutorService callbacks;
    private final Timer roundTrips;
    private final Counter timeouts;
    private final Counter lateReplies;
    private final Counter overflows;

    PendingReplies(int entriesMax, MeterRegistry registry) {
        this.entriesMax = entriesMax;
        this.deadlines = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "sluice-client-deadlines"));
        this.deadlines.setRemoveOnCancelPolicy(true);
        this.callbacks =
                Executors.newFixedThreadPool(CALLBACK_THREADS, task -> daemon(task, "sluice-client-callbacks"));
        Gauge.builder("sluice.client.pending", count, AtomicInteger::get)
                .description("Questions that wait for their answers")
                .register(registry);
        Gauge.builder("sluice.client.pending.max", () -> entriesMax)
                .description("The most questions that may wait at once")
                .register(registry);
        roundTrips = Timer.builder("sluice.client.round.trip")
                .description("From asking to the reply, through Kafka")
                .publishPercentileHistogram()
                .register(registry);
        timeouts = counter(registry, "sluice.client.timeouts", "Questions without an answer at their deadline");
        lateReplies = counter(registry, "sluice.client.replies.late", "Replies to questions no longer waiting");
        overflows = counter(registry, "sluice.client.overflows", "Questions turned away because too many were waiting");
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * How an entry ended: exactly one of the two is there.
     *
     * @param failure why there is no reply, in words
     */
    record Arrival(@Nullable Reply reply, @Nullable String failure) {}

    private static final class Entry {
        private final CompletableFuture<Arrival> arrival = new CompletableFuture<>();
        private final long openedNanos = System.nanoTime();
        // Null for a moment while the entry is being opened; what ends it then has no deadline to cancel.
        private volatile @Nullable Future<?> deadline;
    }

    /** Opens an entry. If the table is full or closed, the future is complete already. */
    CompletableFuture<Arrival> open(long number, long deadlineMillis) {
        Entry entry = new Entry();
        if (count.incrementAndGet() > entriesMax) {
            count.decrementAndGet();
            overflows.increment();
            entry.arrival.complete(new Arrival(null, entriesMax + " requests are waiting already"));
            return entry.arrival;
        }
        // The entry comes before all that may end it, so neither a short deadline nor close can miss it.
        entries.put(number, entry);
        try {
            entry.deadline =
                    deadlines.schedule(() -> expired(number, deadlineMillis), deadlineMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            failed(number, CLOSING);
        }
        return entry.arrival;
    }

    private void expired(long number, long deadlineMillis) {
        if (end(number, new Arrival(null, "no verdict within " + deadlineMillis + " ms"))) {
            timeouts.increment();
        }
    }

    boolean isWaiting(long number) {
        return entries.containsKey(number);
    }

    void replied(long number, Reply reply) {
        if (!end(number, new Arrival(reply, null))) {
            lateReplies.increment();
        }
    }

    void repliedLate() {
        lateReplies.increment();
    }

    void failed(long number, String failure) {
        end(number, new Arrival(null, failure));
    }

    private boolean end(long number, Arrival arrival) {
        Entry entry = entries.remove(number);
        if (entry == null) {
            return false;
        }
        count.decrementAndGet();
        Future<?> deadline = entry.deadline;
        if (deadline != null) {
            deadline.cancel(/* mayInterruptIfRunning= */ false);
        }
        if (arrival.reply() != null) {
            roundTrips.record(System.nanoTime() - entry.openedNanos, TimeUnit.NANOSECONDS);
        }
        try {
            callbacks.execute(() -> entry.arrival.complete(arrival));
        } catch (RejectedExecutionException e) {
            // Closed in the meantime; the caller is told all the same.
            entry.arrival.complete(arrival);
        }
        return true;
    }

    /** Ends every entry, and the threads. */
    @Override
    public void close() {
        // In this order: what can no longer be opened is then told so at once.
        callbacks.shutdown();
        deadlines.shutdownNow();
        entries.keySet().forEach(number -> end(number, new Arrival(null, CLOSING)));
    }
}
