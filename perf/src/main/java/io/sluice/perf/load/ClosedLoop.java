package io.sluice.perf.load;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** A load with a fixed number of questions in flight: the next one is asked when an answer has come. */
public final class ClosedLoop {
    private static final long HIGHEST_NANOS = 60_000_000_000L;
    private static final int DIGITS = 3;
    private static final long ANSWER_SECONDS = 30;

    private ClosedLoop() {}

    /** Latencies in nanoseconds, and how long all of it took. */
    public record Result(Histogram latencies, long elapsedNanos) {}

    public static Result run(Asker asker, int questions, int inFlight) throws InterruptedException {
        Histogram latencies = new ConcurrentHistogram(HIGHEST_NANOS, DIGITS);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Semaphore free = new Semaphore(inFlight);
        long startNanos = System.nanoTime();
        for (int i = 0; i < questions; i++) {
            acquire(free, 1);
            long askedNanos = System.nanoTime();
            CompletableFuture<?> unused = asker.ask(i).whenComplete((answer, problem) -> {
                latencies.recordValue(Math.min(System.nanoTime() - askedNanos, HIGHEST_NANOS));
                failure.compareAndSet(null, problem);
                free.release();
            });
        }
        acquire(free, inFlight);
        long elapsedNanos = System.nanoTime() - startNanos;
        if (failure.get() != null) {
            throw new IllegalStateException("a question was not answered", failure.get());
        }
        return new Result(latencies, elapsedNanos);
    }

    private static void acquire(Semaphore free, int permits) throws InterruptedException {
        if (!free.tryAcquire(permits, ANSWER_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("no answer within " + ANSWER_SECONDS + " s");
        }
    }
}
