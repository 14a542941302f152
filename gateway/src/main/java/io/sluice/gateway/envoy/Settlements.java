package io.sluice.gateway.envoy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.SettleRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service that commits and cancels reservations after Envoy has its answer.
 *
 * <p>A reservation without an answer may still be decided. So it is sent again with the same idempotency key: that
 * gives its verdict, and its ID if it holds anything. A step without an answer is repeated, {@link #ATTEMPTS_MAX}
 * times with growing pauses. All attempts of one step end before the reservation expires.
 */
final class Settlements {
    /** How long a reservation lasts, if nothing settles it: longer than all attempts to commit it. */
    static final long RESERVE_MILLIS = 300_000;
    /** How many settlements are repeated at once; those beyond are tried once. */
    static final int REPEATED_MAX = 5_000;

    static final int ATTEMPTS_MAX = 8;
    static final long PAUSE_MILLIS = 250;
    private static final long DEADLINE_MILLIS = 30_000;

    private static final Logger LOG = LoggerFactory.getLogger(Settlements.class);
    /** The least time between two warnings, since an outage can leave many reservations open. */
    private static final long WARN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Admissions admissions;
    private final LongFunction<Executor> pauses;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong warnedNanos = new AtomicLong(System.nanoTime() - WARN_NANOS);
    private final Counter failed;

    Settlements(Admissions admissions, String service, MeterRegistry registry) {
        this(admissions, service, registry, millis -> CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS));
    }

    /** Settlements with another clock: what is given to the executor runs after so many milliseconds. */
    Settlements(Admissions admissions, String service, MeterRegistry registry, LongFunction<Executor> pauses) {
        this.admissions = admissions;
        this.pauses = pauses;
        this.failed = Counter.builder("sluice.gateway.settlements.failed")
                .description("Reservations that could be neither committed nor cancelled, and expire")
                .tag("service", service)
                .register(registry);
        Gauge.builder("sluice.gateway.settlements.open", open, AtomicInteger::get)
                .description("Reservations that are being committed or cancelled")
                .tag("service", service)
                .register(registry);
    }

    /** Commits all that a reservation holds, or cancels it. */
    void settle(AdmissionRequest reserved, String reservationId, boolean commits) {
        boolean mayRepeat = enter();
        CompletableFuture<Void> unused = settled(reserved, reservationId, commits, mayRepeat ? ATTEMPTS_MAX : 1)
                .whenComplete((done, failure) -> leave(mayRepeat, reserved, failure));
    }

    /**
     * The same for a reservation without an answer.
     *
     * @param reserved the request as it was sent, with its idempotency key
     */
    void settleUnanswered(AdmissionRequest reserved, boolean commits) {
        if (!enter()) {
            failed(reserved, "more than " + REPEATED_MAX + " are open");
            return;
        }
        CompletableFuture<Void> unused = paused(PAUSE_MILLIS)
                .thenCompose(now -> repeated(() -> admissions.admit(reserved, DEADLINE_MILLIS), 1, ATTEMPTS_MAX))
                .thenCompose(verdict -> {
                    VerdictDetails details = verdict.details();
                    String id = details == null ? null : details.held().reservationId();
                    return id == null
                            ? CompletableFuture.<Void>completedFuture(null)
                            : settled(reserved, id, commits, ATTEMPTS_MAX);
                })
                .whenComplete((done, failure) -> leave(true, reserved, failure));
    }

    private CompletableFuture<Void> settled(
            AdmissionRequest reserved, String reservationId, boolean commits, int attempts) {
        SettleRequest request;
        try {
            DecisionId id = DecisionId.parse("reservationId", reservationId);
            request = commits
                    ? SettleRequest.commit(reserved.clientId(), id, reserved.cost())
                    : SettleRequest.cancel(reserved.clientId(), id);
        } catch (WireException e) {
            return CompletableFuture.failedFuture(e);
        }
        return repeated(() -> admissions.settle(request, DEADLINE_MILLIS), 1, attempts)
                .thenAccept(Settlements::requireEnd);
    }

    private static void requireEnd(SettlementReply reply) {
        if (reply.error() != null) {
            throw new IllegalStateException(
                    reply.error().code() + ": " + reply.error().detail());
        }
    }

    /** The answer; fails if all attempts get none, or if the request is refused. */
    private <T> CompletableFuture<T> repeated(
            Supplier<CompletableFuture<Answer<T>>> question, int attempt, int attempts) {
        return question.get().thenCompose(answer -> {
            T value = answer.orNull();
            if (value != null) {
                return CompletableFuture.completedFuture(value);
            }
            if (attempt >= attempts || answer instanceof Answer.Refused<?>) {
                return CompletableFuture.failedFuture(new IllegalStateException(answer.toString()));
            }
            return paused(PAUSE_MILLIS << (attempt - 1)).thenCompose(now -> repeated(question, attempt + 1, attempts));
        });
    }

    private CompletableFuture<Void> paused(long millis) {
        return CompletableFuture.runAsync(() -> {}, pauses.apply(millis));
    }

    private boolean enter() {
        if (open.incrementAndGet() > REPEATED_MAX) {
            open.decrementAndGet();
            return false;
        }
        return true;
    }

    private void leave(boolean entered, AdmissionRequest reserved, @Nullable Throwable failure) {
        if (entered) {
            open.decrementAndGet();
        }
        if (failure != null) {
            failed(reserved, String.valueOf(failure.getMessage()));
        }
    }

    private void failed(AdmissionRequest reserved, String why) {
        failed.increment();
        long now = System.nanoTime();
        long before = warnedNanos.get();
        if (now - before >= WARN_NANOS && warnedNanos.compareAndSet(before, now)) {
            LOG.warn(
                    "a reservation of account {} was not settled, and expires within {} ms: {}",
                    reserved.clientId().account(),
                    RESERVE_MILLIS,
                    why);
        }
    }
}
