package io.sluice.client;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.trace.SpanContext;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictDetails;
import java.time.Duration;
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
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait for their answers: a bounded table with a deadline on each entry.
 *
 * <p>The table accepts a reply if it has the correlation ID of a waiting request, with all random bits, and the kind
 * and the subject of that request. Any other reply is counted, and changes nothing.
 *
 * <p>An entry ends exactly once, by whichever comes first: its reply (or the scheduled time in it, if the caller waits
 * for that), its deadline, or the failure to send it. Futures are completed on threads of this table, so a slow caller
 * holds up neither the reading of replies nor the deadlines.
 *
 * <p>A reply may bring a lease, whose tokens would be lost if nobody took it. So at its deadline such an entry is
 * exchanged for an overdue one: its caller has an answer then, and the late reply still arrives. Overdue entries have a
 * bound of their own, so that they take no place of a request that waits.
 */
final class PendingReplies implements AutoCloseable {
    private static final int CALLBACK_THREADS = 2;
    /** Ends of the buckets of round trips: each is a line of every scrape. */
    private static final Duration[] BUCKETS = LongStream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private static final String CLOSING = "the client is closing";

    private final int entriesMax;
    private final Map<Long, Entry> entries = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger overdueCount = new AtomicInteger();
    private final ScheduledThreadPoolExecutor deadlines;
    private final ExecutorService callbacks;
    private final Timer roundTrips;
    private final Counter timeouts;
    private final Counter lateReplies;
    private final Counter overflows;
    private final Counter overdueOverflows;
    private final ForeignReplies foreign;
    private volatile boolean stopped;

    PendingReplies(int entriesMax, MeterRegistry registry) {
        this(entriesMax, registry, new ForeignReplies(registry));
    }

    PendingReplies(int entriesMax, MeterRegistry registry, ForeignReplies foreign) {
        this.entriesMax = entriesMax;
        this.foreign = foreign;
        this.deadlines = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "sluice-client-deadlines"));
        this.deadlines.setRemoveOnCancelPolicy(true);
        this.callbacks =
                Executors.newFixedThreadPool(CALLBACK_THREADS, task -> daemon(task, "sluice-client-callbacks"));
        Gauge.builder("sluice.client.pending", count, AtomicInteger::get)
                .description("Requests that wait for their answers")
                .register(registry);
        Gauge.builder("sluice.client.overdue", overdueCount, AtomicInteger::get)
                .description(
                        "Requests beyond their deadline whose lease may still come; bound: sluice.client.pending.max")
                .register(registry);
        Gauge.builder("sluice.client.held", () -> heldCount())
                .description("Of these, allowed requests whose delay is not over")
                .register(registry);
        Gauge.builder("sluice.client.pending.oldest", this::oldestSeconds)
                .description("How long the oldest request without a verdict has been waiting; 0 for none")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("sluice.client.pending.max", () -> entriesMax)
                .description("The most requests that may wait at once")
                .register(registry);
        roundTrips = Timer.builder("sluice.client.round.trip")
                .description("Time from a request to its reply, through Kafka")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        timeouts = counter(registry, "sluice.client.timeouts", "Requests without an answer at their deadline");
        lateReplies = counter(registry, "sluice.client.replies.late", "Replies to requests no longer waiting");
        overflows = counter(registry, "sluice.client.overflows", "Requests turned away because too many were waiting");
        overdueOverflows = counter(
                registry,
                "sluice.client.overdue.overflows",
                "Requests beyond their deadline whose lease is not waited for, because too many were");
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
     * How an entry ended: exactly one of the first two is there.
     *
     * @param failure why there is no reply, as text
     * @param trace the span that the reply names, or null; nobody has checked whose it is
     */
    record Arrival(
            @Nullable Reply reply,
            @Nullable String failure,
            @Nullable SpanContext trace) {
        Arrival(@Nullable Reply reply, @Nullable String failure) {
            this(reply, failure, /* trace= */ null);
        }
    }

    /** The relation of a reply's correlation ID to the waiting requests. */
    enum Standing {
        WAITING,
        /** Its request does not wait any more. */
        LATE,
        /** A request waits under this number, but with other random bits. */
        FORGED
    }

    private static final class Entry {
        private final CorrelationId id;
        private final ExpectedReply subject;
        // Of an overdue entry, nobody but a client that closes waits for it.
        private final CompletableFuture<Arrival> arrival = new CompletableFuture<>();
        private final long openedNanos = System.nanoTime();
        private final LeaseService.@Nullable Late<Reply> late;
        /** Whether its caller has an answer already; only the late reply is waited for. */
        private final boolean overdue;
        // Null for a moment while the entry is being opened; what ends it then has no deadline to cancel.
        private volatile @Nullable Future<?> deadline;
        private volatile @Nullable Future<?> delay;
        // Whether the reply is there, and the entry waits for its scheduled time.
        private volatile boolean held;
        private final boolean waitsForDelay;
        private final Backlog.@Nullable QueuedRequest queued;

        Entry(
                CorrelationId id,
                ExpectedReply subject,
                boolean waitsForDelay,
                Backlog.@Nullable QueuedRequest queued,
                LeaseService.@Nullable Late<Reply> late) {
            this.queued = queued;
            this.id = id;
            this.subject = subject;
            this.waitsForDelay = waitsForDelay;
            this.late = late;
            this.overdue = false;
        }

        /** The one that follows an entry at its deadline. */
        private Entry(Entry expired) {
            this.queued = null;
            this.id = expired.id;
            this.subject = expired.subject;
            this.waitsForDelay = false;
            this.late = expired.late;
            this.overdue = true;
        }
    }

    /** Opens an entry that its reply ends. If the table is full or closed, the future is complete already. */
    CompletableFuture<Arrival> open(CorrelationId id, ExpectedReply subject, long deadlineMillis) {
        return open(id, subject, deadlineMillis, /* queued= */ null);
    }

    /** Opens an entry that its reply ends, and with it the request in the backlog. */
    CompletableFuture<Arrival> open(
            CorrelationId id, ExpectedReply subject, long deadlineMillis, Backlog.@Nullable QueuedRequest queued) {
        return open(id, subject, deadlineMillis, queued, /* late= */ null);
    }

    /** The same for a request whose reply may bring a lease: it is taken after the deadline as well. */
    CompletableFuture<Arrival> open(
            CorrelationId id,
            ExpectedReply subject,
            long deadlineMillis,
            Backlog.@Nullable QueuedRequest queued,
            LeaseService.@Nullable Late<Reply> late) {
        return open(deadlineMillis, new Entry(id, subject, /* waitsForDelay= */ false, queued, late));
    }

    /**
     * Opens an entry that its reply ends once its scheduled time has come; it counts against the table's bound until
     * then.
     */
    CompletableFuture<Arrival> openUntilScheduled(CorrelationId id, ExpectedReply subject, long deadlineMillis) {
        return openUntilScheduled(id, subject, deadlineMillis, /* queued= */ null);
    }

    /** The same for a request in the backlog, which its reply ends: a delay is no backlog. */
    CompletableFuture<Arrival> openUntilScheduled(
            CorrelationId id, ExpectedReply subject, long deadlineMillis, Backlog.@Nullable QueuedRequest queued) {
        return open(deadlineMillis, new Entry(id, subject, /* waitsForDelay= */ true, queued, /* late= */ null));
    }

    private CompletableFuture<Arrival> open(long deadlineMillis, Entry entry) {
        long number = entry.id.number();
        if (stopped) {
            return turnedAway(entry, CLOSING);
        }
        if (count.incrementAndGet() > entriesMax) {
            count.decrementAndGet();
            overflows.increment();
            return turnedAway(entry, entriesMax + " requests are waiting already");
        }
        // The entry comes before all that may end it, so neither a short deadline nor close can miss it.
        entries.put(number, entry);
        try {
            entry.deadline =
                    deadlines.schedule(() -> expired(number, deadlineMillis), deadlineMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            failed(entry.id, CLOSING);
        }
        if (stopped) {
            // The table was closed in between, and may have missed this entry.
            failed(entry.id, CLOSING);
        }
        return entry.arrival;
    }

    /** Completes it at once, so that its request is not sent. */
    private static CompletableFuture<Arrival> turnedAway(Entry entry, String failure) {
        if (entry.queued != null) {
            entry.queued.cancel();
        }
        entry.arrival.complete(new Arrival(null, failure));
        return entry.arrival;
    }

    private void expired(long number, long deadlineMillis) {
        Entry entry = entries.get(number);
        if (entry == null || entry.overdue) {
            // Answered already: the last call may have come first.
            return;
        }
        String awaited = entry.held ? "scheduled time" : "verdict";
        if (entry.queued != null) {
            // It has waited for all of its time.
            entry.queued.leave();
        }
        Arrival arrival = new Arrival(null, "no " + awaited + " within " + deadlineMillis + " ms");
        long waitsOnMillis = entry.late == null ? 0 : entry.late.withinMillis() - deadlineMillis;
        if (waitsOnMillis > 0 ? goOverdue(entry, arrival, waitsOnMillis) : end(entry, arrival)) {
            timeouts.increment();
        }
    }

    /** Answers the caller of the entry, and waits on for its reply; returns whether the entry was still there. */
    private boolean goOverdue(Entry entry, Arrival arrival, long waitsOnMillis) {
        long number = entry.id.number();
        if (overdueCount.incrementAndGet() > entriesMax) {
            overdueCount.decrementAndGet();
            overdueOverflows.increment();
            return end(entry, arrival);
        }
        Entry overdue = new Entry(entry);
        if (!entries.replace(number, entry, overdue)) {
            overdueCount.decrementAndGet();
            return false;
        }
        complete(() -> answer(entry, arrival));
        try {
            overdue.deadline = deadlines.schedule(() -> end(overdue, arrival), waitsOnMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            boolean unused = end(overdue, arrival);
        }
        return true;
    }

    private long heldCount() {
        return entries.values().stream().filter(entry -> entry.held).count();
    }

    private double oldestSeconds() {
        long nowNanos = System.nanoTime();
        long oldestNanos = 0;
        for (Entry entry : entries.values()) {
            if (!entry.held && !entry.overdue) {
                oldestNanos = Math.max(oldestNanos, nowNanos - entry.openedNanos);
            }
        }
        return oldestNanos / 1e9;
    }

    Standing standing(CorrelationId id) {
        Entry entry = entries.get(id.number());
        if (entry == null) {
            return Standing.LATE;
        }
        return entry.id.isSameAs(id) ? Standing.WAITING : Standing.FORGED;
    }

    /**
     * Takes a reply, if it is one to the request of this name.
     *
     * @param about the subject that the reply names
     */
    void replied(CorrelationId id, Reply reply, String about) {
        boolean unused = replied(id, new Arrival(reply, null), reply, about);
    }

    /**
     * Takes a reply like {@link #replied(CorrelationId, Reply, String)}, which may name a span; returns whether it is
     * the request's first.
     */
    boolean replied(CorrelationId id, ReplyCodec.Read read, @Nullable SpanContext trace) {
        return replied(id, new Arrival(read.reply(), null, trace), read.reply(), read.about());
    }

    private boolean replied(CorrelationId id, Arrival arrival, Reply reply, String about) {
        Entry entry = entries.get(id.number());
        if (entry == null) {
            repliedLate();
            return false;
        }
        ForeignReplies.Cause cause = whyNot(entry, id, reply, about);
        if (cause != null) {
            foreign.count(cause);
            return false;
        }
        return accepted(entry, arrival, reply);
    }

    private static ForeignReplies.@Nullable Cause whyNot(Entry entry, CorrelationId id, Reply reply, String about) {
        if (!entry.id.isSameAs(id)) {
            return ForeignReplies.Cause.CORRELATION_ID;
        }
        if (!entry.subject.kind().isAnsweredBy(reply)) {
            return ForeignReplies.Cause.KIND;
        }
        return entry.subject.name().equals(about) ? null : ForeignReplies.Cause.SUBJECT;
    }

    private boolean accepted(Entry entry, Arrival arrival, Reply reply) {
        if (entry.overdue) {
            return acceptedLate(entry, reply);
        }
        long delayMillis = entry.waitsForDelay ? delayMillis(reply) : 0;
        boolean repeated = entry.held;
        if (!repeated && delayMillis > 0) {
            hold(entry, arrival, delayMillis);
        } else if (repeated || !end(entry, arrival)) {
            Entry now = entries.get(entry.id.number());
            if (now != null && now.overdue) {
                // Its deadline came at the same moment.
                return acceptedLate(now, reply);
            }
            repliedLate();
            return false;
        }
        return true;
    }

    private boolean acceptedLate(Entry overdue, Reply reply) {
        repliedLate();
        LeaseService.Late<Reply> late = overdue.late;
        if (late == null || !entries.remove(overdue.id.number(), overdue)) {
            return false;
        }
        endOverdue(overdue);
        complete(() -> {
            try {
                late.taker().accept(reply);
            } finally {
                overdue.arrival.complete(new Arrival(reply, null));
            }
        });
        return true;
    }

    /** Counts a record that cannot be the answer to anything. */
    void repliedForeign(ForeignReplies.Cause cause) {
        foreign.count(cause);
    }

    private static long delayMillis(Reply reply) {
        VerdictDetails details = reply instanceof Verdict verdict ? verdict.details() : null;
        return details == null ? 0 : details.delayMillis();
    }

    /**
     * Ends the entry at its scheduled time, counted from now: no clock of this machine knows when the decision was
     * made.
     * The deadline still holds: an answer after it does not come.
     */
    private void hold(Entry entry, Arrival arrival, long delayMillis) {
        entry.held = true;
        measured(entry);
        try {
            entry.delay = deadlines.schedule(() -> end(entry, arrival), delayMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            failed(entry.id, CLOSING);
        }
    }

    private void measured(Entry entry) {
        roundTrips.record(System.nanoTime() - entry.openedNanos, TimeUnit.NANOSECONDS);
        if (entry.queued != null) {
            entry.queued.leave();
        }
    }

    void repliedLate() {
        lateReplies.increment();
    }

    void failed(CorrelationId id, String failure) {
        Entry entry = entries.get(id.number());
        if (entry != null) {
            end(entry, new Arrival(null, failure));
        }
    }

    /** Returns whether the entry was still there, and its caller gets this answer. */
    private boolean end(Entry entry, Arrival arrival) {
        if (!entries.remove(entry.id.number(), entry)) {
            return false;
        }
        if (entry.overdue) {
            // Its caller has an answer already.
            endOverdue(entry);
            entry.arrival.complete(arrival);
            return false;
        }
        cancel(entry.deadline);
        cancel(entry.delay);
        if (arrival.reply() != null && !entry.held) {
            measured(entry);
        } else if (entry.queued != null) {
            // Left already, unless the request could not be sent.
            entry.queued.cancel();
        }
        complete(() -> answer(entry, arrival));
        return true;
    }

    private void endOverdue(Entry removed) {
        overdueCount.decrementAndGet();
        cancel(removed.deadline);
    }

    /** An answer that waits for a thread keeps its place, so that slow callers cannot make a queue without bound. */
    private void answer(Entry entry, Arrival arrival) {
        count.decrementAndGet();
        entry.arrival.complete(arrival);
    }

    private void complete(Runnable callback) {
        try {
            callbacks.execute(callback);
        } catch (RejectedExecutionException e) {
            // The table was closed in the meantime; the caller gets its answer all the same.
            callback.run();
        }
    }

    private static void cancel(@Nullable Future<?> timer) {
        if (timer != null) {
            timer.cancel(/* mayInterruptIfRunning= */ false);
        }
    }

    /**
     * Answers every caller, and those of entries that are opened from now on, so that requests repeated for waiting
     * callers are answered, too. A late reply that brings a lease is still taken until the table is closed.
     */
    void stopWaiting() {
        stopped = true;
        Arrival closing = new Arrival(null, CLOSING);
        for (Entry entry : entries.values()) {
            LeaseService.Late<Reply> late = entry.late;
            if (late == null) {
                end(entry, closing);
            } else if (!entry.overdue) {
                cancel(entry.deadline);
                if (entry.queued != null) {
                    entry.queued.cancel();
                }
                boolean unused = goOverdue(entry, closing, late.withinMillis());
            }
        }
    }

    /** Completes when no late reply to a request that is overdue now is waited for any more. */
    CompletableFuture<Void> overdue() {
        return CompletableFuture.allOf(entries.values().stream()
                .filter(entry -> entry.overdue)
                .map(entry -> entry.arrival)
                .toArray(CompletableFuture[]::new));
    }

    /** Ends every entry, and the threads. */
    @Override
    public void close() {
        // In this order: a request that can no longer be opened then fails at once.
        callbacks.shutdown();
        deadlines.shutdownNow();
        stopWaiting();
        entries.values().forEach(entry -> end(entry, new Arrival(null, CLOSING)));
    }
}
