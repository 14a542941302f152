package io.sluice.gateway.envoy;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.sluice.gateway.CallerContext;
import io.sluice.gateway.envoy.ChargedHits.Decided;
import io.sluice.gateway.envoy.ChargedHits.Refused;
import io.sluice.gateway.envoy.ChargedHits.Unknown;
import io.sluice.schemas.reply.WireError;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one answer to a unary call: given once and counted once; dropped if the caller has gone. */
final class UnaryAnswer<A> {
    private static final Logger LOG = LoggerFactory.getLogger(UnaryAnswer.class);

    private final StreamObserver<A> caller;
    private final EnvoyMeters meters;
    private final long startNanos = System.nanoTime();

    UnaryAnswer(StreamObserver<A> caller, EnvoyMeters meters) {
        this.caller = caller;
        this.meters = meters;
        if (caller instanceof ServerCallStreamObserver<A> call) {
            // Without it, an answer to a caller that has gone would throw.
            call.setOnCancelHandler(() -> {});
        }
    }

    /** Whether the caller may use the accounts of all hits; if not, answers with an error. */
    boolean allows(List<Hit> hits) {
        for (Hit hit : hits) {
            if (!CallerContext.covers(hit.account())) {
                refuse(Status.PERMISSION_DENIED, "account " + hit.account() + " (expected: one of the key's accounts)");
                return false;
            }
        }
        return true;
    }

    void refuse(Status status, String detail) {
        meters.invalid();
        end(status.withDescription(detail));
    }

    void complete(
            @Nullable ChargedHits charged,
            @Nullable Throwable failure,
            Function<Decided, A> answers,
            Predicate<Decided> allowed) {
        try {
            if (charged instanceof Decided decided) {
                A answer = answers.apply(decided);
                meters.answered(allowed.test(decided));
                meters.time().record(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS);
                caller.onNext(answer);
                caller.onCompleted();
            } else if (charged instanceof Refused refused) {
                refuse(
                        status(refused.error()),
                        refused.error().field() + ": " + refused.error().detail());
            } else {
                meters.failed();
                end(
                        charged instanceof Unknown unknown
                                ? Status.UNAVAILABLE.withDescription(unknown.detail())
                                : Status.INTERNAL.withCause(failure));
            }
        } catch (RuntimeException e) {
            LOG.error("a gRPC call could not be answered", e);
            meters.failed();
            end(Status.INTERNAL);
        }
    }

    private static Status status(WireError error) {
        return switch (error.code()) {
            case WireError.INVALID_REQUEST -> Status.INVALID_ARGUMENT;
            case WireError.NOT_IN_BATCH -> Status.FAILED_PRECONDITION;
            case WireError.UNDECIDED -> Status.UNAVAILABLE;
            default -> Status.INTERNAL;
        };
    }

    private void end(Status status) {
        meters.time().record(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS);
        try {
            caller.onError(status.asRuntimeException());
        } catch (IllegalStateException e) {
            LOG.debug("the call had its answer already", e);
        }
    }
}
