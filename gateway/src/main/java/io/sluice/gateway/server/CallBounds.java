package io.sluice.gateway.server;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps open calls and open streams within their bounds; a call beyond is refused at once. */
final class CallBounds implements ServerInterceptor {
    /** One bound, and who is within it. */
    private static final class Places {
        private final String kind;
        private final int max;
        private final AtomicInteger open = new AtomicInteger();
        private final Counter refused;

        Places(String kind, int max, MeterRegistry registry) {
            this.kind = kind;
            this.max = max;
            this.refused = Counter.builder("sluice.gateway.calls.refused")
                    .description("gRPC calls that were refused because as many as may be were open")
                    .tag("kind", kind)
                    .register(registry);
            Gauge.builder("sluice.gateway.calls.open", open, AtomicInteger::get)
                    .description("Open gRPC calls")
                    .tag("kind", kind)
                    .register(registry);
        }

        boolean enter() {
            if (open.incrementAndGet() > max) {
                open.decrementAndGet();
                refused.increment();
                return false;
            }
            return true;
        }

        void leave() {
            open.decrementAndGet();
        }
    }

    private final Places calls;
    private final Places streams;

    CallBounds(int callsMax, int streamsMax, MeterRegistry registry) {
        calls = new Places("unary", callsMax, registry);
        streams = new Places("stream", streamsMax, registry);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Places places = call.getMethodDescriptor().getType().clientSendsOneMessage()
                        && call.getMethodDescriptor().getType().serverSendsOneMessage()
                ? calls
                : streams;
        if (!places.enter()) {
            call.close(
                    Status.RESOURCE_EXHAUSTED.withDescription(
                            "more than " + places.max + " open " + places.kind + " calls (expected: fewer at once)"),
                    new Metadata());
            return new ServerCall.Listener<>() {};
        }
        ServerCall.Listener<Q> listener;
        try {
            listener = next.startCall(call, headers);
        } catch (RuntimeException e) {
            places.leave();
            throw e;
        }
        return new Leaving<>(listener, places);
    }

    /** Gives the place back once, however the call ends. */
    private static final class Leaving<Q> extends SimpleForwardingServerCallListener<Q> {
        private final Places places;
        private final AtomicBoolean left = new AtomicBoolean();

        Leaving(ServerCall.Listener<Q> listener, Places places) {
            super(listener);
            this.places = places;
        }

        @Override
        public void onCancel() {
            leave();
            super.onCancel();
        }

        @Override
        public void onComplete() {
            leave();
            super.onComplete();
        }

        private void leave() {
            if (left.compareAndSet(false, true)) {
                places.leave();
            }
        }
    }
}
