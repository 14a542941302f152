package io.sluice.middleware.grpc;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.middleware.NextStep;
import io.sluice.middleware.Traceparent;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.Route;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC interceptor that asks Sluice before each call of a service. A denied call ends with {@code
 * RESOURCE_EXHAUSTED}, with a {@code RetryInfo} among its details, and with the rate-limit fields as trailers; other
 * calls have these as headers.
 *
 * <p>No thread waits for a verdict. When the verdict comes, the call begins at the service, in a thread of the
 * executor. Slots of concurrency limits are released when the call is over.
 */
public final class SluiceServerInterceptor implements ServerInterceptor {
    private static final Metadata.Key<String> TRACEPARENT =
            Metadata.Key.of(Traceparent.FIELD, Metadata.ASCII_STRING_MARSHALLER);
    private static final long RELEASE_MILLIS = 10_000;

    private final Admissions admissions;
    private final Identity client;
    private final Refinement refinement;
    private final long deadlineMillis;
    private final Executor executor;

    private SluiceServerInterceptor(Builder builder) {
        this.admissions = builder.admissions;
        this.client = builder.client;
        this.refinement = builder.refinement;
        this.deadlineMillis = builder.deadlineMillis;
        this.executor = builder.executor;
    }

    /** The function that names the client of a call. */
    @FunctionalInterface
    public interface Identity {
        /** The client ID of a call; null to let it pass without a check, as for health checks. */
        @Nullable String of(ServerCall<?, ?> call, Metadata headers);
    }

    /** Adds to the admission of a call: its cost, attributes, a priority. */
    @FunctionalInterface
    public interface Refinement {
        /**
         * Refines an admission that has the client ID, and {@code POST /package.Service/Method} as its route.
         *
         * @throws WireException if the call cannot be asked for; it ends with {@code INVALID_ARGUMENT}
         */
        void refine(ServerCall<?, ?> call, Metadata headers, AdmissionRequest.Builder admission) throws WireException;
    }

    /** An interceptor that asks these admissions; their failure policy says what happens without a verdict. */
    public static Builder of(Admissions admissions, Identity client) {
        return new Builder(admissions, client);
    }

    /** Collects the settings. */
    public static final class Builder {
        private final Admissions admissions;
        private final Identity client;
        private Refinement refinement = (call, headers, admission) -> {};
        private long deadlineMillis = 250;
        private Executor executor = ForkJoinPool.commonPool();

        private Builder(Admissions admissions, Identity client) {
            this.admissions = admissions;
            this.client = client;
        }

        /** Adds a cost, attributes or a priority to admissions. */
        public Builder refine(Refinement newRefinement) {
            this.refinement = newRefinement;
            return this;
        }

        /** How long a call waits for its verdict, beside its own {@code maxWaitMillis}; 250 at first. */
        public Builder deadlineMillis(long newDeadlineMillis) {
            if (newDeadlineMillis < 1) {
                throw new IllegalArgumentException("deadlineMillis: " + newDeadlineMillis + " (expected: at least 1)");
            }
            this.deadlineMillis = newDeadlineMillis;
            return this;
        }

        /** Where calls begin once they are admitted: best the server's own executor. The common pool at first. */
        public Builder executor(Executor newExecutor) {
            this.executor = newExecutor;
            return this;
        }

        public SluiceServerInterceptor build() {
            return new SluiceServerInterceptor(this);
        }
    }

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
            ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
        AdmissionRequest admission;
        try {
            admission = admission(call, headers);
        } catch (WireException e) {
            Refusal refusal = Refusal.of(NextStep.invalid(e));
            call.close(refusal.status(), refusal.trailers());
            return new ServerCall.Listener<>() {};
        }
        if (admission == null) {
            return next.startCall(call, headers);
        }
        AtomicReference<@Nullable Runnable> release = new AtomicReference<>();
        HeldCall<ReqT> held = new HeldCall<>(() -> releaseOnce(release));
        Executor inContext = Context.current().fixedContextExecutor(executor);
        AtomicBoolean hasThread = new AtomicBoolean();
        CompletableFuture<Answer<AdmissionVerdict>> asked = Traceparent.during(
                headers.get(TRACEPARENT),
                () -> admissions.admit(admission, withinMillis() + admission.maxWaitMillis()));
        asked.thenAcceptAsync(
                        answer -> {
                            hasThread.set(true);
                            NextStep step = NextStep.after(answer);
                            if (step instanceof NextStep.Stop stop) {
                                stop(stop, call, held);
                                return;
                            }
                            NextStep.Proceed proceed = (NextStep.Proceed) step;
                            release.set(releasing(admission, proceed.releaseId()));
                            if (held.isOver()) {
                                releaseOnce(release);
                                return;
                            }
                            begin(held, new CallWithFields<>(call, proceed.fields()), headers, next);
                        },
                        inContext)
                .exceptionally(failure -> {
                    if (!hasThread.get()) {
                        release.set(heldBy(asked, admission));
                        releaseOnce(release);
                        giveUp(call, held);
                    }
                    return null;
                });
        return held;
    }

    /** An executor that is full takes no task: the caller is told, instead of waiting for ever. */
    private static <ReqT> void giveUp(ServerCall<ReqT, ?> call, HeldCall<ReqT> held) {
        if (!held.isOver()) {
            call.close(Status.UNAVAILABLE.withDescription("the server has no thread for the call"), new Metadata());
        }
    }

    /** What an admission holds for a call that never begins. */
    private @Nullable Runnable heldBy(CompletableFuture<Answer<AdmissionVerdict>> asked, AdmissionRequest admission) {
        return !asked.isCompletedExceptionally() && NextStep.after(asked.join()) instanceof NextStep.Proceed proceed
                ? releasing(admission, proceed.releaseId())
                : null;
    }

    private @Nullable AdmissionRequest admission(ServerCall<?, ?> call, Metadata headers) throws WireException {
        String clientId = client.of(call, headers);
        if (clientId == null) {
            return null;
        }
        String path = "/" + call.getMethodDescriptor().getFullMethodName();
        AdmissionRequest.Builder admission = AdmissionRequest.of(clientId)
                .route(Route.checked("POST", path, Objects.requireNonNullElse(call.getAuthority(), "")));
        refinement.refine(call, headers, admission);
        return admission.build();
    }

    /** Nobody waits beyond the deadline of the call. */
    private long withinMillis() {
        Deadline deadline = Context.current().getDeadline();
        return deadline == null
                ? deadlineMillis
                : Math.max(1, Math.min(deadlineMillis, deadline.timeRemaining(TimeUnit.MILLISECONDS)));
    }

    private @Nullable Runnable releasing(AdmissionRequest admission, @Nullable DecisionId releaseId) {
        return releaseId == null ? null : () -> admissions.release(admission.clientId(), releaseId, RELEASE_MILLIS);
    }

    private static void releaseOnce(AtomicReference<@Nullable Runnable> release) {
        Runnable releasing = release.getAndSet(null);
        if (releasing != null) {
            releasing.run();
        }
    }

    private static void stop(NextStep.Stop stop, ServerCall<?, ?> call, HeldCall<?> held) {
        if (!held.isOver()) {
            Refusal refusal = Refusal.of(stop);
            call.close(refusal.status(), refusal.trailers());
        }
    }

    /** As gRPC itself does it: a service that fails to begin ends its call. */
    private static <ReqT, RespT> void begin(
            HeldCall<ReqT> held, ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
        try {
            held.continueWith(next.startCall(call, headers));
        } catch (RuntimeException e) {
            call.close(Status.fromThrowable(e), new Metadata());
            throw e;
        }
    }

    /** An admitted call, whose response has the rate-limit fields. */
    private static final class CallWithFields<ReqT, RespT> extends SimpleForwardingServerCall<ReqT, RespT> {
        private final Map<String, String> fields;

        CallWithFields(ServerCall<ReqT, RespT> call, Map<String, String> fields) {
            super(call);
            this.fields = fields;
        }

        @Override
        public void sendHeaders(Metadata headers) {
            Refusal.put(fields, headers);
            super.sendHeaders(headers);
        }
    }
}
