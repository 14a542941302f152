package io.sluice.client.fastpath;

import io.opentelemetry.context.Context;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.schemas.request.AdmissionRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A caller that waits for a lease.
 *
 * <p>A thread that wants to answer it has to claim it first: tokens are never taken for a caller that got another
 * answer.
 */
final class Waiter {
    private final AdmissionRequest request;
    private final long deadlineNanos;
    private final Context caller;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private final CompletableFuture<Answer<AdmissionVerdict>> answer = new CompletableFuture<>();
    private volatile @Nullable Future<?> timer;

    Waiter(AdmissionRequest request, long deadlineNanos) {
        this(request, deadlineNanos, Context.root());
    }

    /** One whose request belongs to a trace. */
    Waiter(AdmissionRequest request, long deadlineNanos, Context caller) {
        this.request = request;
        this.deadlineNanos = deadlineNanos;
        this.caller = caller;
    }

    AdmissionRequest request() {
        return request;
    }

    /** The context that it was called in: its trace. */
    Context caller() {
        return caller;
    }

    long cost() {
        return request.cost();
    }

    CompletableFuture<Answer<AdmissionVerdict>> answer() {
        return answer;
    }

    long millisLeft(long nowNanos) {
        return (deadlineNanos - nowNanos) / 1_000_000;
    }

    void timer(Future<?> newTimer) {
        timer = newTimer;
        if (claimed.get()) {
            newTimer.cancel(/* mayInterruptIfRunning= */ false);
        }
    }

    boolean isClaimed() {
        return claimed.get();
    }

    /** Whether it is the claimant's to answer. */
    boolean claim() {
        if (!claimed.compareAndSet(false, true)) {
            return false;
        }
        Future<?> running = timer;
        if (running != null) {
            running.cancel(/* mayInterruptIfRunning= */ false);
        }
        return true;
    }
}
