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
 * Calls the gateway's own services until they answer fast enough, over a port of its own: it is open on the loopback
 * address for that time only, and takes nobody but this process. So it works with every kind of TLS and of keys.
 */
final class WarmUp implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    /** Half of what an Envoy waits unless it is told otherwise. */
    private static final long FAST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final int FAST_IN_A_ROW = 60;
    /** A rate limit, an authorization, a rate limit of two accounts. */
    private static final int KINDS = 3;
    /** A cluster that is slow by itself gets no faster by waiting. */
    private static final long MILLIS_MAX = 10_000;

    private static final long CALL_MILLIS_MAX = 1_000;
    private static final long READY_POLL_MILLIS = 50;
    /** These are decided as others are, each over a connection of its own, as the first call of an Envoy is. */
    private static final int DECIDED_FAST_IN_A_ROW = 12;
    /** Each of them is a record that stays in the topics, so they end even if the cluster is slow. */
    private static final int DECIDED_ROUNDS_MAX = 64;
    /** A reservation is cancelled at once; if that is lost, it ends by itself. */
    private static final long RESERVE_MILLIS = 1_000;
    /** So many accounts are in most of the request partitions. */
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
            // It only makes the first calls faster, so that nobody is refused because it failed, an Error included.
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
     * One account, one account with two descriptors, two accounts; none pays. Returns the nanoseconds of the slowest
     * call, the first of which includes the connection.
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

    /** As questions about several accounts do it, but without a token. */
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

    /** Whatever the ruleset makes of it, the account is this name. */
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
