package io.sluice.perf.load;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A load with a fixed number of requests in flight: the next one is sent when an answer has come. */
public final class ClosedLoop {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long ANSWER_SECONDS = 30;

    private ClosedLoop() {}

    /** How many were answered, and how long all of it took. */
    public record Result(long answers, long elapsedNanos) {
        public double perSecond() {
            return answers * NANOS_PER_SECOND / elapsedNanos;
        }
    }

    /** Sends requests for so long, and waits for the last answers. */
    public static Result run(LoadCaller caller, Duration duration, int inFlight) throws InterruptedException {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Semaphore free = new Semaphore(inFlight);
        long startNanos = System.nanoTime();
        int loadRequests = 0;
        while (System.nanoTime() - startNanos < duration.toNanos()) {
            acquire(free, 1);
            CompletableFuture<?> unused = caller.ask(loadRequests).whenComplete((answer, problem) -> {
                failure.compareAndSet(null, problem);
                free.release();
            });
            loadRequests++;
        }
        acquire(free, inFlight);
        long elapsedNanos = System.nanoTime() - startNanos;
        if (failure.get() != null) {
            throw new IllegalStateException("a request was not answered", failure.get());
        }
        return new Result(loadRequests, elapsedNanos);
    }

    private static void acquire(Semaphore free, int permits) throws InterruptedException {
        if (!free.tryAcquire(permits, ANSWER_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("no answer within " + ANSWER_SECONDS + " s");
        }
    }
}
