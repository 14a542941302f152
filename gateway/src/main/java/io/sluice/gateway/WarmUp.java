package io.sluice.gateway;

import com.google.protobuf.UInt64Value;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc;
import io.grpc.BindableService;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.AdmissionVerdict;
import io.sluice.gateway.server.GrpcPort;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A warm-up that calls the gateway's own services until they answer fast enough. It uses a separate port, open on the
 * loopback address only for that time, which accepts only this process. So it works with every setting of TLS and
 * keys.
 */
final class WarmUp implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    /** Half of the time that an Envoy waits by default. */
    private static final long FAST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final int FAST_IN_A_ROW = 60;
    /** A rate limit, an authorization, a rate limit of two accounts. */
    private static final int KINDS = 3;
    /** The bound on the warm-up, since a cluster may be slow for other reasons. */
    private static final long MILLIS_MAX = 10_000;

    private static final long CALL_MILLIS_MAX = 1_000;
    private static final long READY_POLL_MILLIS = 50;
    /**
     * Rounds that the ledger decides like other requests, each over a new connection, like the first call of an
     * Envoy.
     */
    private static final int DECIDED_FAST_IN_A_ROW = 12;
    /** A bound, because each round leaves records in the topics. */
    private static final int DECIDED_ROUNDS_MAX = 64;
    /** A reservation is cancelled at once; if that is lost, it ends by itself. */
    private static final long RESERVE_MILLIS = 1_000;
    /** With this many accounts, most request partitions are called. */
    private static final int ACCOUNTS = 16;

    private final GatewayConfig config;
    private final GatewayAdmissions admissions;
    private final List<BindableService> services;
    private final String token = "Bearer " + UUID.randomUUID();

    WarmUp(GatewayConfig config, GatewayAdmissions admissions, List<BindableService> services) {
        this.config = config;
        this.admissions = admissions;
        this.services = services;
    }

    @Override
    public void run() {
        try {
            while (!admissions.isClusterReady()) {
                TimeUnit.MILLISECONDS.sleep(READY_POLL_MILLIS);
            }
            call();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            LOG.warn("the gateway could not warm up", e);
        } finally {
            // The warm-up only makes the first calls faster, so even if it fails with an Error, the gateway becomes
            // ready.
            if (!Thread.currentThread().isInterrupted()) {
                admissions.warm();
            }
        }
    }

    private void call() throws IOException, InterruptedException {
        GatewayCallers itself = authorization -> token.equals(authorization) ? account -> true : null;
        SimpleMeterRegistry unseen = new SimpleMeterRegistry();
        try (GrpcPort port = GrpcPort.open(config.onLoopback(), services, new CallerContext(itself, unseen), unseen)) {
            long startNanos = System.nanoTime();
            int undecided = overChannel(port, channel -> undecidedCalls(channel, startNanos));
            int rounds = decidedRounds(port, startNanos);
            LOG.info(
                    "the gateway is warm after {} calls and {} decided rounds in {} ms",
                    undecided,
                    rounds,
                    millisSince(startNanos));
        }
    }

    /** Calls over one connection. */
    @FunctionalInterface
    private interface Calls<T> {
        T over(ManagedChannel channel) throws InterruptedException;
    }

    private static <T> T overChannel(GrpcPort port, Calls<T> calls) throws InterruptedException {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port.number())
                .usePlaintext()
                .directExecutor()
                .build();
        try {
            return calls.over(channel);
        } finally {
            channel.shutdownNow();
            channel.awaitTermination(CALL_MILLIS_MAX, TimeUnit.MILLISECONDS);
        }
    }

    /** Returns how many calls it made until they were fast enough, or the time was over. */
    private int undecidedCalls(ManagedChannel channel, long startNanos) {
        RateLimitServiceGrpc.RateLimitServiceBlockingStub rateLimit = rateLimit(channel);
        AuthorizationGrpc.AuthorizationBlockingStub authorization =
                AuthorizationGrpc.newBlockingStub(channel).withInterceptors(asItself());
        int fast = 0;
        int count = 0;
        // A server that closes interrupts, after which each further call would fail at once.
        while (fast < FAST_IN_A_ROW
                && millisSince(startNanos) < MILLIS_MAX
                && !Thread.currentThread().isInterrupted()) {
            String name = name(count);
            String next = name(count + 1);
            long callNanos = System.nanoTime();
            boolean answered = switch (count % KINDS) {
                case 0 -> isAnswered(() -> within(rateLimit).shouldRateLimit(question(descriptor(name))));
                case 1 ->
                    isAnswered(() -> authorization
                            .withDeadlineAfter(CALL_MILLIS_MAX, TimeUnit.MILLISECONDS)
                            .check(request(name)));
                default -> {
                    RateLimitRequest accounts = question(descriptor(name), descriptor(next));
                    yield isAnswered(() -> within(rateLimit).shouldRateLimit(accounts));
                }
            };
            fast = answered && System.nanoTime() - callNanos < FAST_NANOS ? fast + 1 : 0;
            count++;
        }
        return count;
    }

    /** Returns how many rounds it made until their calls were fast enough, or the time was over. */
    private int decidedRounds(GrpcPort port, long startNanos) throws InterruptedException {
        int fast = 0;
        int round = 0;
        while (fast < DECIDED_FAST_IN_A_ROW
                && round < DECIDED_ROUNDS_MAX
                && (round == 0 || millisSince(startNanos) < MILLIS_MAX)
                && !Thread.currentThread().isInterrupted()) {
            int number = round++;
            long slowestNanos = overChannel(port, channel -> decided(rateLimit(channel), number));
            fast = slowestNanos < FAST_NANOS ? fast + 1 : 0;
        }
        return round;
    }

    private RateLimitServiceGrpc.RateLimitServiceBlockingStub rateLimit(ManagedChannel channel) {
        return RateLimitServiceGrpc.newBlockingStub(channel).withInterceptors(asItself());
    }

    private ClientInterceptor asItself() {
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), token);
        return MetadataUtils.newAttachHeadersInterceptor(metadata);
    }

    private String name(int number) {
        return admissions.warmUpPrefix() + number % ACCOUNTS;
    }

    private static RateLimitServiceGrpc.RateLimitServiceBlockingStub within(
            RateLimitServiceGrpc.RateLimitServiceBlockingStub rateLimit) {
        return rateLimit.withDeadlineAfter(CALL_MILLIS_MAX, TimeUnit.MILLISECONDS);
    }

    /**
     * Calls with one account, with one account and two descriptors, and with two accounts; all at no cost. Returns
     * the nanoseconds of the slowest call; the first one includes the connection.
     */
    private long decided(RateLimitServiceGrpc.RateLimitServiceBlockingStub rateLimit, int round)
            throws InterruptedException {
        long slowestNanos = 0;
        RateLimitDescriptor one = peek(name(round));
        RateLimitDescriptor other = peek(name(round + 1));
        for (RateLimitRequest asked : List.of(question(one), question(one, one), question(one, other))) {
            long callNanos = System.nanoTime();
            boolean answered = isAnswered(() -> within(rateLimit).shouldRateLimit(asked));
            slowestNanos = Math.max(slowestNanos, answered ? System.nanoTime() - callNanos : Long.MAX_VALUE);
        }
        reserveAndCancel(name(round));
        return slowestNanos;
    }

    /** Reserves and cancels as requests of several accounts do, but without a token. */
    private void reserveAndCancel(String name) throws InterruptedException {
        try {
            AdmissionRequest reserving = AdmissionRequest.of(name)
                    .cost(0)
                    .reserveMillis(RESERVE_MILLIS)
                    .build();
            AdmissionVerdict verdict = admissions
                    .admit(reserving, CALL_MILLIS_MAX)
                    .get(2 * CALL_MILLIS_MAX, TimeUnit.MILLISECONDS)
                    .orNull();
            VerdictDetails details = verdict == null ? null : verdict.details();
            String id = details == null ? null : details.held().reservationId();
            if (id != null) {
                Object unused = admissions
                        .cancel(reserving.clientId(), DecisionId.parse("reservationId", id), CALL_MILLIS_MAX)
                        .get(2 * CALL_MILLIS_MAX, TimeUnit.MILLISECONDS);
            }
        } catch (WireException | ExecutionException | TimeoutException e) {
            LOG.debug("a reservation of the warm-up had no answer", e);
        }
    }

    private static boolean isAnswered(Supplier<?> call) {
        try {
            return call.get() != null;
        } catch (StatusRuntimeException e) {
            LOG.debug("a call of the warm-up had no answer", e);
            return false;
        }
    }

    private static long millisSince(long startNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    /** The domain is the first account, in case the ruleset takes it for that. */
    private static RateLimitRequest question(RateLimitDescriptor... descriptors) {
        return RateLimitRequest.newBuilder()
                .setDomain(descriptors[0].getEntries(0).getValue())
                .addAllDescriptors(List.of(descriptors))
                .build();
    }

    /** Under any mapping of the ruleset, the account is this name. */
    private static RateLimitDescriptor descriptor(String name) {
        return RateLimitDescriptor.newBuilder()
                .addEntries(entry("client_id", name))
                .addEntries(entry("generic_key", name))
                .build();
    }

    private static RateLimitDescriptor peek(String name) {
        return descriptor(name).toBuilder().setHitsAddend(UInt64Value.of(0)).build();
    }

    private static RateLimitDescriptor.Entry entry(String key, String value) {
        return RateLimitDescriptor.Entry.newBuilder()
                .setKey(key)
                .setValue(value)
                .build();
    }

    private static CheckRequest request(String name) {
        return CheckRequest.newBuilder()
                .setAttributes(AttributeContext.newBuilder()
                        .putContextExtensions("domain", name)
                        .putContextExtensions("client_id", name)
                        .setSource(AttributeContext.Peer.newBuilder()
                                .setAddress(Address.newBuilder()
                                        .setSocketAddress(
                                                SocketAddress.newBuilder().setAddress(name))))
                        .setRequest(AttributeContext.Request.newBuilder()
                                .setHttp(AttributeContext.HttpRequest.newBuilder()
                                        .setMethod(name)
                                        .setPath(name)
                                        .setHost(name))))
                .build();
    }
}
