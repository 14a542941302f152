package io.sluice.gateway;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.gateway.GatewayCallers.GatewayCaller;
import java.util.Set;

/** The interceptor that authenticates callers, and gives services the caller. Health and reflection need no key. */
public final class CallerContext implements ServerInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<GatewayCaller> CALLER = Context.key("sluice-caller");
    private static final Set<String> FOR_EVERYBODY =
            Set.of("grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection");

    private final GatewayCallers callers;
    private final Counter refused;

    CallerContext(GatewayCallers callers, MeterRegistry registry) {
        this.callers = callers;
        this.refused = Counter.builder("sluice.gateway.unauthenticated")
                .description("gRPC calls without a known key")
                .register(registry);
    }

    /**
     * Whether the caller of this thread's call may use the account; false without a caller.
     */
    public static boolean covers(String account) {
        GatewayCaller caller = CALLER.get();
        return caller != null && caller.covers(account);
    }

    /** Whether the method needs no key. */
    public static boolean isForEverybody(MethodDescriptor<?, ?> method) {
        return FOR_EVERYBODY.contains(String.valueOf(method.getServiceName()));
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (isForEverybody(call.getMethodDescriptor())) {
            return next.startCall(call, headers);
        }
        GatewayCaller caller = callers.caller(headers.get(AUTHORIZATION));
        if (caller == null) {
            refused.increment();
            call.close(
                    Status.UNAUTHENTICATED.withDescription("unknown caller (expected: authorization: Bearer KEY)"),
                    new Metadata());
            return new ServerCall.Listener<>() {};
        }
        return Contexts.interceptCall(Context.current().withValue(CALLER, caller), call, headers, next);
    }
}
