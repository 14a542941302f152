package io.sluice.client;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.client.search.ScanBounds;
import io.sluice.schemas.WireException;
import io.sluice.topics.BackwardReader;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An executor of searches of one topic, a few at once. Each has a thread and a Kafka consumer of its own while it
 * runs. Further searches wait, within bounds, or are refused. Requests for verdicts use neither these threads nor
 * these consumers.
 */
final class TopicSearches implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicSearches.class);
    private static final long IDLE_THREAD_SECONDS = 60;
    private static final long CLOSE_SECONDS = 2;

    private final Map<String, Object> kafka;
    private final Subject subject;
    private final ScanBounds bounds;
    private final ThreadPoolExecutor threads;
    /** Readers that are not in use; no more than searches at once. */
    private final ConcurrentLinkedDeque<BackwardReader> readers = new ConcurrentLinkedDeque<>();

    private final Map<End, Counter> ends = new EnumMap<>(End.class);
    private volatile boolean closed;

    /**
     * What is searched.
     *
     * @param what names it in the singular, in metrics and threads: {@code decision}
     */
    record Subject(String topic, String what) {}

    /** One search. */
    @FunctionalInterface
    interface Search<T> {
        /**
         * Runs it.
         *
         * @param stopped whether nobody waits for it any longer
         * @param endNanos when it has to end, in {@link System#nanoTime}
         * @throws WireException if it makes no sense
         */
        T run(BackwardReader reader, BooleanSupplier stopped, long endNanos) throws WireException;
    }

    /** The answers to searches that fail. */
    interface Failures<T> {
        T invalid(String field, String detail);

        T unavailable(String detail);
    }

    private enum End {
        /** A page was found, perhaps an empty one. */
        FOUND,
        /** The search was invalid. */
        INVALID,
        /** Too many others ran and waited. */
        BUSY,
        /** Kafka did not answer in time. */
        LATE,
        /** Kafka refused, or a defect. */
        FAILED,
        /** The caller stopped waiting. */
        CANCELLED
    }

    /**
     * Starts without connecting: the first search does.
     *
     * @param kafka Kafka client properties, {@code bootstrap.servers} among them
     * @param bounds with at least one search at once
     */
    TopicSearches(Map<String, String> kafka, Subject subject, ScanBounds bounds, MeterRegistry registry) {
        this.kafka = ClientProperties.consumer(kafka);
        this.subject = subject;
        this.bounds = bounds;
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                bounds.scansMax(),
                bounds.scansMax(),
                IDLE_THREAD_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(bounds.waitingMax()),
                task -> {
                    Thread thread =
                            new Thread(task, "sluice-client-" + subject.what() + "s-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        String name = "sluice.client." + subject.what() + ".scans";
        for (End end : End.values()) {
            ends.put(
                    end,
                    Counter.builder(name)
                            .description("Searches of the " + subject.what() + " topic, by how they ended")
                            .tag("end", end.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        Gauge.builder(
                        name + ".open",
                        threads,
                        pool -> pool.getActiveCount() + pool.getQueue().size())
                .description("Searches of the " + subject.what() + " topic that run or wait")
                .register(registry);
        Gauge.builder(name + ".max", () -> bounds.scansMax() + bounds.waitingMax())
                .description("Searches of the " + subject.what() + " topic that may run or wait")
                .register(registry);
    }

    /**
     * Runs a search, now or in its turn. Whoever cancels the future ends it.
     *
     * @param ended runs once it uses nothing any more, or was refused
     */
    <T> CompletableFuture<T> run(Search<T> search, Failures<T> failures, Runnable ended) {
        long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(bounds.millisMax());
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            threads.execute(() -> {
                try {
                    answer.complete(searched(search, failures, endNanos, answer));
                } catch (RuntimeException | Error e) {
                    // A reader that does not even close; somebody waits for the answer, and reports it.
                    answer.completeExceptionally(e);
                } finally {
                    ended.run();
                }
            });
        } catch (RejectedExecutionException e) {
            ended.run();
            return busy(failures, "of this front end", bounds.scansMax() + bounds.waitingMax());
        }
        return answer;
    }

    /** Refuses a search, since as many as may are open. */
    <T> CompletableFuture<T> busy(Failures<T> failures, String whose, int max) {
        count(End.BUSY);
        return CompletableFuture.completedFuture(
                failures.unavailable(max + " searches " + whose + " run or wait already (expected: fewer)"));
    }

    private void count(End end) {
        Counter counter = ends.get(end);
        if (counter != null) {
            counter.increment();
        }
    }

    private <T> T searched(Search<T> search, Failures<T> failures, long endNanos, CompletableFuture<T> answer) {
        if (answer.isDone() || closed) {
            count(End.CANCELLED);
            return failures.unavailable("cancelled");
        }
        BackwardReader reader = null;
        boolean reusable = false;
        try {
            BackwardReader idle = readers.pollFirst();
            reader = idle == null ? BackwardReader.open(kafka) : idle;
            T found = search.run(reader, () -> answer.isDone() || closed, endNanos);
            reader.rest();
            reusable = true;
            count(answer.isDone() ? End.CANCELLED : End.FOUND);
            return found;
        } catch (WireException e) {
            reusable = true;
            count(End.INVALID);
            return failures.invalid(e.field(), e.detail());
        } catch (KafkaException e) {
            return failed(e, failures, answer);
        } catch (RuntimeException | Error e) {
            // Errors as well, such as too little memory: somebody waits for the answer.
            LOG.error("a defect of Sluice: searching {} failed", subject.topic(), e);
            count(End.FAILED);
            return failures.unavailable(subject.what() + "s could not be searched");
        } finally {
            giveBack(reader, reusable);
        }
    }

    private <T> T failed(KafkaException e, Failures<T> failures, CompletableFuture<T> answer) {
        LOG.debug("searching {} failed", subject.topic(), e);
        if (answer.isDone() || closed) {
            count(End.CANCELLED);
            return failures.unavailable("cancelled");
        }
        count(e instanceof TimeoutException ? End.LATE : End.FAILED);
        return failures.unavailable(
                e instanceof AuthorizationException
                        ? "this front end may not read " + subject.topic()
                                + " (expected: an access list as `sluice topics acls` prints it)"
                        : subject.topic() + " could not be read in time: " + e.getMessage());
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
            LOG.debug("a reader of {} could not be closed", subject.topic(), e);
        }
    }

    /** Ends all searches; those that wait are answered as cancelled. */
    @Override
    public void close() {
        closed = true;
        threads.shutdownNow().forEach(Runnable::run);
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
