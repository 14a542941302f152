package io.sluice.perf.load;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A load of a steady rate: each question has its moment, whether or not those before it were answered, and its latency
 * counts from that moment. So a stall shows in every question that fell into it (no coordinated omission).
 */
public final class OpenLoop {
    private static final long ANSWER_SECONDS = 30;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Asker asker;
    private final long periodNanos;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    public OpenLoop(Asker asker, int questionsPerSecond) {
        this.asker = asker;
        this.periodNanos = NANOS_PER_SECOND / questionsPerSecond;
    }

    /**
     * Asks so many questions and waits for their answers.
     *
     * @param latencies where the latency of the question with this moment, in {@link System#nanoTime}, is counted; asked
     *     once the answer is there
     */
    public void run(int questions, LongFunction<Histogram> latencies) throws InterruptedException {
        Semaphore answered = new Semaphore(0);
        long startNanos = System.nanoTime();
        for (int i = 0; i < questions; i++) {
            long momentNanos = startNanos + i * periodNanos;
            while (System.nanoTime() < momentNanos) {
                LockSupport.parkNanos(momentNanos - System.nanoTime());
            }
            CompletableFuture<?> unused = asker.ask(i).whenComplete((answer, problem) -> {
                long nanos = Math.min(System.nanoTime() - momentNanos, Latencies.HIGHEST_NANOS);
                latencies.apply(momentNanos).recordValue(nanos);
                failure.compareAndSet(null, problem);
                answered.release();
            });
        }
        if (!answered.tryAcquire(questions, ANSWER_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("not every question was answered within " + ANSWER_SECONDS + " s");
        }
        if (failure.get() != null) {
            throw new IllegalStateException("a question was not answered", failure.get());
        }
    }
}
