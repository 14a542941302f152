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
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.gateway.server.GrpcPort;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
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
    /** A cluster that is slow by itself gets no faster by waiting. */
    private static final long MILLIS_MAX = 10_000;

    private static final long CALL_MILLIS_MAX = 1_000;
    private static final long READY_POLL_MILLIS = 50;
    /** These are decided as others are, so that the first of those does not load what nothing has used before. */
    private static final int PEEKS = 4;
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
            return;
        } catch (IOException | RuntimeException e) {
            // It only makes the first calls faster, so that nobody is refused because it failed.
            LOG.warn("the gateway could not warm up", e);
        }
        if (!Thread.currentThread().isInterrupted()) {
            admissions.warm();
        }
    }

    private void call() throws IOException, InterruptedException {
        GatewayCallers itself = authorization -> token.equals(authorization) ? account -> true : null;
        SimpleMeterRegistry unseen = new SimpleMeterRegistry();
        try (GrpcPort port = GrpcPort.open(config.onLoopback(), services, new CallerContext(itself, unseen), unseen)) {
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port.number())
                    .usePlaintext()
                    .directExecutor()
                    .build();
            try {
                calls(channel);
            } finally {
                channel.shutdownNow();
                channel.awaitTermination(CALL_MILLIS_MAX, TimeUnit.MILLISECONDS);
            }
        }
    }

    private void calls(ManagedChannel channel) {
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), token);
        RateLimitServiceGrpc.RateLimitServiceBlockingStub rateLimit = RateLimitServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
        AuthorizationGrpc.AuthorizationBlockingStub authorization = AuthorizationGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
        long startNanos = System.nanoTime();
        int fast = 0;
        int count = 0;
        // A server that closes interrupts, after which each further call would fail at once.
        while (fast < FAST_IN_A_ROW
                && millisSince(startNanos) < MILLIS_MAX
                && !Thread.currentThread().isInterrupted()) {
            String name = admissions.warmUpPrefix() + count % ACCOUNTS;
            long callNanos = System.nanoTime();
            boolean answered = count++ % 2 == 0
                    ? isAnswered(() -> rateLimit
                            .withDeadlineAfter(CALL_MILLIS_MAX, TimeUnit.MILLISECONDS)
                            .shouldRateLimit(descriptors(name)))
                    : isAnswered(() -> authorization
                            .withDeadlineAfter(CALL_MILLIS_MAX, TimeUnit.MILLISECONDS)
                            .check(request(name)));
            fast = answered && System.nanoTime() - callNanos < FAST_NANOS ? fast + 1 : 0;
        }
        for (int i = 0; i < PEEKS && !Thread.currentThread().isInterrupted(); i++) {
            RateLimitRequest peek = descriptors(admissions.warmUpPrefix() + i);
            isAnswered(() -> rateLimit
                    .withDeadlineAfter(CALL_MILLIS_MAX, TimeUnit.MILLISECONDS)
                    .shouldRateLimit(peek.toBuilder()
                            .setDescriptors(
                                    0, peek.getDescriptors(0).toBuilder().setHitsAddend(UInt64Value.of(0)))
                            .build()));
        }
        LOG.info("the gateway is warm after {} calls in {} ms", count, millisSince(startNanos));
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

    /** Whatever the ruleset makes of it, the account is this name. */
    private static RateLimitRequest descriptors(String name) {
        return RateLimitRequest.newBuilder()
                .setDomain(name)
                .addDescriptors(RateLimitDescriptor.newBuilder()
                        .addEntries(entry("client_id", name))
                        .addEntries(entry("generic_key", name)))
                .build();
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
