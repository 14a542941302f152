package io.sluice.client;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sluice.client.decisions.AccountDecisions;
import io.sluice.client.decisions.DecisionPage;
import io.sluice.client.decisions.DecisionQuery;
import io.sluice.client.decisions.DecisionScan;
import io.sluice.client.decisions.ScanBounds;
import io.sluice.schemas.WireException;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.topics.BackwardReader;
import io.sluice.topics.RecordGuard;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up recent decisions where they are: in the decision topic, which has all records of an account in one
 * partition, in order (docs/adr/0032). So there is no index to keep, to bound or to rebuild.
 *
 * <p>A search has a thread and a Kafka consumer of its own, of which there are few. Requests for verdicts use neither.
 * What comes when all are busy waits, within bounds, or is refused.
 */
public final class KafkaAccountDecisions implements AccountDecisions, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaAccountDecisions.class);
    private static final long IDLE_THREAD_SECONDS = 60;
    private static final long CLOSE_SECONDS = 2;
    /** Ends of the buckets of their times: each is a line of every scrape. */
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(5)
    };

    private final Map<String, Object> kafka;
    private final ScanBounds bounds;
    private final RecordGuard guard;
    private final ThreadPoolExecutor threads;
    /** Readers that are not in use; no more than searches at once. */
    private final ConcurrentLinkedDeque<BackwardReader> readers = new ConcurrentLinkedDeque<>();
    /** Searches of each account that run or wait; no more entries than searches. */
    private final Map<String, Integer> open = new ConcurrentHashMap<>();

    private final Map<End, Counter> ends = new EnumMap<>(End.class);
    private final Counter offsets;
    private final Timer duration;
    private volatile boolean closed;

    private enum End {
        /** A page was found, perhaps an empty one. */
        FOUND,
        /** It made no sense. */
        INVALID,
        /** Too many others ran and waited. */
        BUSY,
        /** Kafka did not answer in time. */
        LATE,
        /** Kafka refused, or a defect. */
        FAILED,
        /** Nobody waited any longer. */
        CANCELLED
    }

    private KafkaAccountDecisions(Map<String, String> kafka, ScanBounds bounds, MeterRegistry registry) {
        this.kafka = ClientProperties.consumer(kafka);
        this.bounds = bounds;
        this.guard = new RecordGuard(TopicCatalogue.DECISIONS, registry);
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                bounds.scansMax(),
                bounds.scansMax(),
                IDLE_THREAD_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(bounds.waitingMax()),
                task -> {
                    Thread thread = new Thread(task, "sluice-client-decisions-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        for (End end : End.values()) {
            ends.put(
                    end,
                    Counter.builder("sluice.client.decision.scans")
                            .description("Searches of the decision topic for one account, by how they ended")
                            .tag("end", end.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        offsets = Counter.builder("sluice.client.decision.scan.offsets")
                .description("Offsets of the decision topic that searches looked at")
                .register(registry);
        duration = Timer.builder("sluice.client.decision.scan")
                .description("How long searches of the decision topic took, without their wait")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        Gauge.builder(
                        "sluice.client.decision.scans.open",
                        threads,
                        pool -> pool.getActiveCount() + pool.getQueue().size())
                .description("Searches of the decision topic that run or wait")
                .register(registry);
        Gauge.builder("sluice.client.decision.scans.max", () -> bounds.scansMax() + bounds.waitingMax())
                .description("Searches of the decision topic that may run or wait")
                .register(registry);
    }

    /**
     * Starts without connecting: the first search does.
     *
     * @param kafka Kafka client properties, {@code bootstrap.servers} among them
     * @param bounds with at least one search at once
     */
    public static KafkaAccountDecisions start(Map<String, String> kafka, ScanBounds bounds, MeterRegistry registry) {
        return new KafkaAccountDecisions(kafka, bounds, registry);
    }

    @Override
    public CompletableFuture<Answer> page(DecisionQuery query) {
        long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(bounds.millisMax());
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        if (open.merge(query.account(), 1, Integer::sum) > ScanBounds.SCANS_OF_ACCOUNT_MAX) {
            leave(query);
            return busy("of account " + query.account(), ScanBounds.SCANS_OF_ACCOUNT_MAX);
        }
        try {
            threads.execute(() -> {
                try {
                    answer.complete(search(query, endNanos, answer));
                } finally {
                    leave(query);
                }
            });
        } catch (RejectedExecutionException e) {
            leave(query);
            return busy("of this front end", bounds.scansMax() + bounds.waitingMax());
        }
        return answer;
    }

    private void leave(DecisionQuery query) {
        open.computeIfPresent(query.account(), (account, count) -> count == 1 ? null : count - 1);
    }

    private CompletableFuture<Answer> busy(String whose, int max) {
        count(End.BUSY);
        return CompletableFuture.completedFuture(
                new Unavailable(max + " searches " + whose + " run or wait already (expected: fewer)"));
    }

    private void count(End end) {
        Counter counter = ends.get(end);
        if (counter != null) {
            counter.increment();
        }
    }

    private Answer search(DecisionQuery query, long endNanos, CompletableFuture<Answer> answer) {
        if (answer.isDone() || closed) {
            count(End.CANCELLED);
            return new Unavailable("cancelled");
        }
        long startNanos = System.nanoTime();
        BackwardReader reader = null;
        boolean reusable = false;
        try {
            BackwardReader idle = readers.pollFirst();
            reader = idle == null ? BackwardReader.open(kafka) : idle;
            DecisionPage page =
                    new DecisionScan(reader, guard, bounds, () -> answer.isDone() || closed, endNanos).run(query);
            reader.rest();
            reusable = true;
            offsets.increment(page.scanned());
            count(answer.isDone() ? End.CANCELLED : End.FOUND);
            return new Found(page);
        } catch (WireException e) {
            reusable = true;
            count(End.INVALID);
            return new Invalid(e.field(), e.detail());
        } catch (KafkaException e) {
            return failed(e, answer);
        } catch (RuntimeException e) {
            LOG.error("a defect of Sluice: searching the decision topic failed", e);
            count(End.FAILED);
            return new Unavailable("decisions could not be searched");
        } finally {
            duration.record(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS);
            giveBack(reader, reusable);
        }
    }

    private Answer failed(KafkaException e, CompletableFuture<Answer> answer) {
        LOG.debug("searching the decision topic failed", e);
        if (answer.isDone() || closed) {
            count(End.CANCELLED);
            return new Unavailable("cancelled");
        }
        count(e instanceof TimeoutException ? End.LATE : End.FAILED);
        return new Unavailable(
                e instanceof AuthorizationException
                        ? "this front end may not read " + TopicCatalogue.DECISIONS
                                + " (expected: an access list as `sluice topics acls` prints it)"
                        : TopicCatalogue.DECISIONS + " could not be read in time: " + e.getMessage());
    }

    /** A reader that failed is not used again. */
    private void giveBack(@Nullable BackwardReader reader, boolean reusable) {
        if (reader == null) {
            return;
        }
        if (reusable && !closed) {
            readers.addFirst(reader);
            if (!closed || !readers.remove(reader)) {
                return;
            }
        }
        try {
            reader.close();
        } catch (KafkaException e) {
            LOG.debug("a reader of the decision topic could not be closed", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        threads.shutdownNow();
        try {
            boolean ended = threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
            LOG.debug("searches ended: {}", ended);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        BackwardReader reader = readers.pollFirst();
        while (reader != null) {
            reader.close();
            reader = readers.pollFirst();
        }
    }
}
