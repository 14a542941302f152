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
 * A load of a steady rate: each request has its moment, whether or not those before it were answered, and its latency
 * counts from that moment. So a stall shows in every request that fell into it (no coordinated omission).
 */
public final class OpenLoop {
    private static final long ANSWER_SECONDS = 30;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final LoadCaller caller;
    private final long periodNanos;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    public OpenLoop(LoadCaller caller, int requestsPerSecond) {
        this.caller = caller;
        this.periodNanos = NANOS_PER_SECOND / requestsPerSecond;
    }

    /**
     * Sends so many requests and waits for their answers.
     *
     * @param latencies where the latency of the request with this moment, in {@link System#nanoTime}, is counted;
     *     called once the answer is there
     */
    public void run(int loadRequests, LongFunction<Histogram> latencies) throws InterruptedException {
        Semaphore answered = new Semaphore(0);
        long startNanos = System.nanoTime();
        for (int i = 0; i < loadRequests; i++) {
            long momentNanos = startNanos + i * periodNanos;
            while (System.nanoTime() < momentNanos) {
                LockSupport.parkNanos(momentNanos - System.nanoTime());
            }
            CompletableFuture<?> unused = caller.ask(i).whenComplete((answer, problem) -> {
                long nanos = Math.min(System.nanoTime() - momentNanos, Latencies.HIGHEST_NANOS);
                latencies.apply(momentNanos).recordValue(nanos);
                failure.compareAndSet(null, problem);
                answered.release();
            });
        }
        if (!answered.tryAcquire(loadRequests, ANSWER_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("not every request was answered within " + ANSWER_SECONDS + " s");
        }
        if (failure.get() != null) {
            throw new IllegalStateException("a request was not answered", failure.get());
        }
    }
}
