package io.sluice.gateway.server;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.gateway.CallerContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bounds on open calls and streams; a call beyond them is refused at once.
 *
 * <p>Services that need no key have separate places, so that callers without a key cannot take those of others. A
 * unary call takes a place before its message has arrived; {@link #closeLate} ends calls whose message does not come.
 */
final class CallBounds implements ServerInterceptor {
    /** The places of one kind of calls. */
    private record Kind(String name, Places places) {
        static Kind of(String name, int max, MeterRegistry registry) {
            Counter refused = Counter.builder("sluice.gateway.calls.refused")
                    .description("gRPC calls that were refused because too many were open")
                    .tag("kind", name)
                    .register(registry);
            Places places = new Places(max, refused);
            Gauge.builder("sluice.gateway.calls.open", places, Places::open)
                    .description("Open gRPC calls")
                    .tag("kind", name)
                    .register(registry);
            return new Kind(name, places);
        }
    }

    /** Open calls, and as many open streams, of services that need no key. */
    static final int WITHOUT_KEY_MAX = 64;

    private static final Logger LOG = LoggerFactory.getLogger(CallBounds.class);

    private final Kind calls;
    private final Kind streams;
    private final Kind callsWithoutKey;
    private final Kind streamsWithoutKey;
    private final long messageNanosMax;
    /** Calls whose one message is not there yet; each has a place, so they are bounded. */
    private final Set<Leaving<?>> incomplete = ConcurrentHashMap.newKeySet();

    CallBounds(int callsMax, int streamsMax, long messageMillisMax, MeterRegistry registry) {
        calls = Kind.of("unary", callsMax, registry);
        streams = Kind.of("stream", streamsMax, registry);
        callsWithoutKey = Kind.of("unary-without-key", WITHOUT_KEY_MAX, registry);
        streamsWithoutKey = Kind.of("stream-without-key", WITHOUT_KEY_MAX, registry);
        messageNanosMax = TimeUnit.MILLISECONDS.toNanos(messageMillisMax);
    }

    private Kind kind(MethodDescriptor<?, ?> method) {
        boolean isUnary = method.getType() == MethodDescriptor.MethodType.UNARY;
        if (CallerContext.isForEverybody(method)) {
            return isUnary ? callsWithoutKey : streamsWithoutKey;
        }
        return isUnary ? calls : streams;
    }

    /** Ends calls whose one message has not come in time. */
    void closeLate() {
        long now = System.nanoTime();
        for (Leaving<?> call : incomplete) {
            try {
                call.closeIfLate(now, messageNanosMax);
            } catch (RuntimeException e) {
                // Otherwise the executor would silently stop all further looks. The call has ended by itself.
                LOG.debug("a call without its message was not closed", e);
            } catch (Error e) {
                LOG.error("a call without its message could not be closed", e);
            }
        }
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Kind kind = kind(call.getMethodDescriptor());
        Places places = kind.places();
        if (!places.enter()) {
            call.close(
                    Status.RESOURCE_EXHAUSTED.withDescription(
                            "more than " + places.max() + " open " + kind.name() + " calls (expected: fewer at once)"),
                    new Metadata());
            return new ServerCall.Listener<>() {};
        }
        ServerCall.Listener<Q> listener;
        try {
            listener = next.startCall(call, headers);
        } catch (RuntimeException | Error e) {
            places.leave();
            throw e;
        }
        Leaving<Q> leaving = new Leaving<>(listener, call, places);
        if (call.getMethodDescriptor().getType().clientSendsOneMessage()) {
            incomplete.add(leaving);
        }
        return leaving;
    }

    /** Gives the place back once, however the call ends. */
    private final class Leaving<Q> extends SimpleForwardingServerCallListener<Q> {
        private final ServerCall<Q, ?> call;
        private final Places places;
        private final long startNanos = System.nanoTime();
        private final AtomicBoolean left = new AtomicBoolean();

        Leaving(ServerCall.Listener<Q> listener, ServerCall<Q, ?> call, Places places) {
            super(listener);
            this.call = call;
            this.places = places;
        }

        void closeIfLate(long nowNanos, long nanosMax) {
            // Only the one that removes it may answer the call: this method, or the service that got the message.
            if (nowNanos - startNanos > nanosMax && incomplete.remove(this)) {
                call.close(
                        Status.DEADLINE_EXCEEDED.withDescription("no message within "
                                + TimeUnit.NANOSECONDS.toMillis(nanosMax) + " ms (expected: it follows its headers)"),
                        new Metadata());
            }
        }

        @Override
        public void onHalfClose() {
            if (incomplete.remove(this) || !call.getMethodDescriptor().getType().clientSendsOneMessage()) {
                super.onHalfClose();
            }
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
            incomplete.remove(this);
            if (left.compareAndSet(false, true)) {
                places.leave();
            }
        }
    }
}
