package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.gateway.ScriptedCluster.Script;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.testkit.tls.TestAuthority;
import io.sluice.tls.ClientAuth;
import io.sluice.tls.ServerTls;
import io.sluice.tls.TlsFiles;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GatewayServerTest {
    private static final RateLimitRequest QUESTION = RateLimitRequest.newBuilder()
            .setDomain("edge")
            .addDescriptors(RateLimitDescriptor.newBuilder()
                    .addEntries(RateLimitDescriptor.Entry.newBuilder()
                            .setKey("user_id")
                            .setValue("alice")))
            .build();
    private static final GatewayConfig STANDARD = GatewayConfig.standard("127.0.0.1", 0);

    @Test
    void shouldSayServing_onceWarm() throws Exception {
        try (GatewayFixture gateway = GatewayFixture.start()) {
            // Given
            HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(gateway.channel);

            // When / Then
            for (String service : List.of("", "envoy.service.ratelimit.v3.RateLimitService")) {
                await().atMost(30, TimeUnit.SECONDS)
                        .until(
                                () -> health.check(HealthCheckRequest.newBuilder()
                                                .setService(service)
                                                .build())
                                        .getStatus(),
                                status -> status == ServingStatus.SERVING);
            }
            // The warm-up has taken nothing.
            assertThat(gateway.cluster.admitted).isEmpty();
            assertThat(gateway.cluster.warmUps).isNotEmpty().allMatch(asked -> asked.cost() == 0);
            assertThat(gateway.cluster.warmUps).anyMatch(asked -> asked.reserveMillis() > 0);
            assertThat(gateway.cluster.warmUpBatches)
                    .isNotEmpty()
                    .flatExtracting(batch -> batch.checks())
                    .allMatch(check -> check.cost() == 0);
            // What was reserved was cancelled.
            assertThat(gateway.cluster.warmUpsSettled)
                    .hasSameSizeAs(gateway.cluster.warmUps.stream()
                            .filter(asked -> asked.reserveMillis() > 0)
                            .toList())
                    .allMatch(settled -> settled.verb() == SettleRequest.Verb.CANCEL);

            // When
            gateway.cluster.ready(false);

            // Then
            awaitStatus(health, ServingStatus.NOT_SERVING);
        }
    }

    @Test
    void shouldTellHowItIs_whenALookBeforeEndedWithAnError() throws Exception {
        try (GatewayFixture gateway = GatewayFixture.start()) {
            // Given
            HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(gateway.channel);
            awaitStatus(health, ServingStatus.SERVING);
            gateway.cluster.lacksMemory(true);
            await().atMost(30, TimeUnit.SECONDS).until(() -> gateway.cluster.failedLooks.get() > 0);

            // When
            gateway.cluster.ready(false);
            gateway.cluster.lacksMemory(false);

            // Then
            awaitStatus(health, ServingStatus.NOT_SERVING);
        }
    }

    private static void awaitStatus(HealthGrpc.HealthBlockingStub health, ServingStatus expected) {
        await().atMost(30, TimeUnit.SECONDS)
                .until(
                        () -> health.check(HealthCheckRequest.getDefaultInstance())
                                .getStatus(),
                        status -> status == expected);
    }

    @Test
    void shouldBeReady_whenTheWarmUpEndsWithAnError() {
        // Given
        GatewayAdmissions admissions = new GatewayAdmissions(new ScriptedCluster());
        BindableService broken = () -> {
            throw new NoClassDefFoundError("a class of the warm-up");
        };

        // When
        assertThatThrownBy(new WarmUp(STANDARD, admissions, List.of(broken))::run)
                .isInstanceOf(NoClassDefFoundError.class);

        // Then
        assertThat(admissions.readiness().ready()).isTrue();
    }

    @Test
    void shouldListItsServices_whenAskedByReflection() throws Exception {
        try (GatewayFixture gateway = GatewayFixture.start()) {
            // Given
            CompletableFuture<ServerReflectionResponse> first = new CompletableFuture<>();
            StreamObserver<ServerReflectionRequest> asking = ServerReflectionGrpc.newStub(gateway.channel)
                    .serverReflectionInfo(new StreamObserver<>() {
                        @Override
                        public void onNext(ServerReflectionResponse response) {
                            first.complete(response);
                        }

                        @Override
                        public void onError(Throwable failure) {
                            first.completeExceptionally(failure);
                        }

                        @Override
                        public void onCompleted() {}
                    });

            // When
            asking.onNext(
                    ServerReflectionRequest.newBuilder().setListServices("").build());

            // Then
            assertThat(first.get(30, TimeUnit.SECONDS).getListServicesResponse().getServiceList())
                    .extracting(service -> service.getName())
                    .contains(
                            "envoy.service.ratelimit.v3.RateLimitService",
                            "envoy.service.auth.v3.Authorization",
                            "grpc.health.v1.Health");
            asking.onCompleted();
        }
    }

    @Test
    void shouldLetInOnlyKnownCallers_forTheirAccounts() throws Exception {
        GatewayCallers callers =
                authorization -> "Bearer k1".equals(authorization) ? account -> account.equals("alice") : null;
        try (GatewayFixture gateway = GatewayFixture.start(STANDARD, callers)) {
            // Given
            RateLimitServiceGrpc.RateLimitServiceBlockingStub unknown =
                    RateLimitServiceGrpc.newBlockingStub(gateway.channel);
            Metadata key = new Metadata();
            key.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer k1");
            RateLimitServiceGrpc.RateLimitServiceBlockingStub known =
                    unknown.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(key));
            RateLimitRequest another = QUESTION.toBuilder()
                    .setDescriptors(
                            0,
                            RateLimitDescriptor.newBuilder()
                                    .addEntries(RateLimitDescriptor.Entry.newBuilder()
                                            .setKey("user_id")
                                            .setValue("bob")))
                    .build();

            // When / Then
            assertThat(code(() -> unknown.shouldRateLimit(QUESTION))).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(known.shouldRateLimit(QUESTION).getOverallCode()).isEqualTo(RateLimitResponse.Code.OK);
            assertThat(code(() -> known.shouldRateLimit(another))).isEqualTo(Status.Code.PERMISSION_DENIED);
        }
    }

    @Test
    void shouldRefuseCalls_beyondTheirBound() throws Exception {
        GatewayConfig small = STANDARD.with(GatewayConfig.Bounds.standard().withCallsMax(2, 1));
        try (GatewayFixture gateway = GatewayFixture.start(small, GatewayCallers.EVERYBODY)) {
            // Given: two calls that wait
            gateway.cluster.with("alice", Script.SILENT);
            RateLimitServiceGrpc.RateLimitServiceFutureStub envoy = RateLimitServiceGrpc.newFutureStub(gateway.channel);
            List<Future<?>> waiting =
                    new ArrayList<>(List.of(envoy.shouldRateLimit(QUESTION), envoy.shouldRateLimit(QUESTION)));
            await().until(() -> gateway.cluster.admitted.size() == 2);

            // When / Then
            assertThatThrownBy(() -> envoy.shouldRateLimit(QUESTION).get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("RESOURCE_EXHAUSTED");

            // When: one of them goes
            waiting.get(0).cancel(true);
            gateway.cluster.with("alice", Script.ALLOW);

            // Then
            await().atMost(30, TimeUnit.SECONDS)
                    .until(() -> code(() -> RateLimitServiceGrpc.newBlockingStub(gateway.channel)
                                    .shouldRateLimit(QUESTION))
                            == Status.Code.OK);
        }
    }

    @Test
    void shouldGivePlacesBack_whenCallsEndWithAnError() throws Exception {
        // Given
        BindableService broken = () -> ServerServiceDefinition.builder(RateLimitServiceGrpc.SERVICE_NAME)
                .addMethod(RateLimitServiceGrpc.getShouldRateLimitMethod(), (call, headers) -> {
                    throw new NoClassDefFoundError("a class of the service");
                })
                .build();
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (GatewayServer server = GatewayServer.start(
                STANDARD,
                new GatewayAdmissions(new ScriptedCluster()),
                GatewayCallers.EVERYBODY,
                List.of(broken),
                registry)) {
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.number())
                    .usePlaintext()
                    .build();

            // When
            assertThatThrownBy(() -> RateLimitServiceGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(30, TimeUnit.SECONDS)
                            .shouldRateLimit(QUESTION))
                    .isInstanceOf(StatusRuntimeException.class);

            // Then
            await().atMost(30, TimeUnit.SECONDS)
                    .until(() -> registry.get("sluice.gateway.calls.open")
                                    .tag("kind", "unary")
                                    .gauge()
                                    .value()
                            == 0);
            channel.shutdownNow();
        }
    }

    @Test
    void shouldAnswerOthers_whenSomebodyWithoutAKeyWatchesHealth() throws Exception {
        try (GatewayFixture gateway = GatewayFixture.start()) {
            // Given: as many streams as one connection may have
            HealthGrpc.HealthStub health = HealthGrpc.newStub(gateway.channel);
            for (int i = 0; i < 1_000; i++) {
                health.watch(HealthCheckRequest.getDefaultInstance(), new Ignoring<>());
            }

            // When / Then: they are refused beyond their own places
            await().atMost(30, TimeUnit.SECONDS).until(() -> refused(gateway, "stream-without-key") == 1_000 - 64);
            assertThat(refused(gateway, "stream")).isZero();
            assertThat(HealthGrpc.newBlockingStub(gateway.channel)
                            .check(HealthCheckRequest.getDefaultInstance())
                            .getStatus())
                    .isNotEqualTo(HealthCheckResponse.ServingStatus.SERVICE_UNKNOWN);
            assertThat(RateLimitServiceGrpc.newBlockingStub(gateway.channel)
                            .shouldRateLimit(QUESTION)
                            .getOverallCode())
                    .isEqualTo(RateLimitResponse.Code.OK);
        }
    }

    @Test
    void shouldEndACall_whenItsMessageDoesNotCome() throws Exception {
        try (GatewayFixture gateway = GatewayFixture.start()) {
            // Given: the headers of a call, and nothing more; only for streams does the client send them alone
            ClientCall<RateLimitRequest, RateLimitResponse> call = gateway.channel.newCall(
                    RateLimitServiceGrpc.getShouldRateLimitMethod().toBuilder()
                            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                            .build(),
                    CallOptions.DEFAULT);
            CompletableFuture<Status> end = new CompletableFuture<>();
            call.start(
                    new ClientCall.Listener<>() {
                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            end.complete(status);
                        }
                    },
                    new Metadata());
            call.request(1);

            // When / Then
            assertThat(end.get(30, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            assertThat(end.join().getDescription()).contains("no message within 1000 ms");
            await().atMost(30, TimeUnit.SECONDS)
                    .until(() -> gateway.registry
                                    .get("sluice.gateway.calls.open")
                                    .tag("kind", "unary")
                                    .gauge()
                                    .value()
                            == 0);
        }
    }

    private static double refused(GatewayFixture gateway, String kind) {
        return gateway.registry
                .get("sluice.gateway.calls.refused")
                .tag("kind", kind)
                .counter()
                .count();
    }

    private static final class Ignoring<A> implements StreamObserver<A> {
        @Override
        public void onNext(A answer) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }

    @Test
    void shouldCloseConnections_beyondTheirBound() throws Exception {
        GatewayConfig small = STANDARD.with(GatewayConfig.Bounds.standard().withConnectionsMax(3));
        List<Socket> sockets = new ArrayList<>();
        try (GatewayFixture gateway = GatewayFixture.start(small, GatewayCallers.EVERYBODY)) {
            // Given / When
            for (int i = 0; i < 20; i++) {
                Socket socket = new Socket();
                socket.connect(new InetSocketAddress("127.0.0.1", gateway.server.number()));
                sockets.add(socket);
            }

            // Then
            await().atMost(30, TimeUnit.SECONDS)
                    .until(() -> gateway.registry
                                    .counter("sluice.gateway.connections.refused")
                                    .count()
                            == 17);
            assertThat(gateway.registry
                            .get("sluice.gateway.connections")
                            .gauge()
                            .value())
                    .isEqualTo(3);

            // When: they go, others may come
            for (Socket socket : sockets) {
                socket.close();
            }

            // Then
            assertThat(RateLimitServiceGrpc.newBlockingStub(gateway.channel)
                            .withWaitForReady()
                            .withDeadlineAfter(30, TimeUnit.SECONDS)
                            .shouldRateLimit(QUESTION)
                            .getOverallCode())
                    .isEqualTo(RateLimitResponse.Code.OK);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void shouldAnswerWhatItHasRead_whenClosing() throws Exception {
        // Given
        GatewayFixture gateway = GatewayFixture.start();
        RateLimitServiceGrpc.RateLimitServiceFutureStub envoy = RateLimitServiceGrpc.newFutureStub(gateway.channel);
        Future<RateLimitResponse> waiting =
                envoy.withDeadlineAfter(20, TimeUnit.SECONDS).shouldRateLimit(QUESTION);

        // When
        assertThat(waiting.get(20, TimeUnit.SECONDS).getOverallCode()).isEqualTo(RateLimitResponse.Code.OK);
        gateway.server.close();

        // Then
        assertThat(code(() -> RateLimitServiceGrpc.newBlockingStub(gateway.channel)
                        .withDeadlineAfter(20, TimeUnit.SECONDS)
                        .shouldRateLimit(QUESTION)))
                .isEqualTo(Status.Code.UNAVAILABLE);
        gateway.close();
    }

    @Test
    void shouldSpeakTls_toCallersWithACertificate(@TempDir Path files) throws Exception {
        // Given
        TestAuthority authority = TestAuthority.create("sluice test");
        TestAuthority.Issued own = authority.issue("localhost");
        TestAuthority.Issued callers = authority.issue("envoy");
        Path ca = authority.writeTo(files.resolve("ca.pem"));
        TlsFiles tls = TlsFiles.of(
                        own.writeCertificate(files.resolve("own.pem")), own.writeKey(files.resolve("own.key")))
                .asking(ca, ClientAuth.REQUIRED);
        try (ServerTls secured = ServerTls.open(tls, new SimpleMeterRegistry());
                GatewayFixture gateway = GatewayFixture.start(STANDARD.with(secured), GatewayCallers.EVERYBODY)) {
            TlsChannelCredentials.Builder trusting =
                    TlsChannelCredentials.newBuilder().trustManager(ca.toFile());

            // When / Then: with a certificate, without one, and without TLS
            assertThat(asked(
                            gateway,
                            trusting.keyManager(
                                            callers.writeCertificate(files.resolve("caller.pem"))
                                                    .toFile(),
                                            callers.writeKey(files.resolve("caller.key"))
                                                    .toFile())
                                    .build()))
                    .isEqualTo(Status.Code.OK);
            assertThat(asked(
                            gateway,
                            TlsChannelCredentials.newBuilder()
                                    .trustManager(ca.toFile())
                                    .build()))
                    .isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(code(() -> RateLimitServiceGrpc.newBlockingStub(gateway.channel)
                            .withDeadlineAfter(20, TimeUnit.SECONDS)
                            .shouldRateLimit(QUESTION)))
                    .isEqualTo(Status.Code.UNAVAILABLE);
        }
    }

    private static Status.Code asked(GatewayFixture gateway, ChannelCredentials credentials) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", gateway.server.number(), credentials)
                .build();
        try {
            return code(() -> RateLimitServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .shouldRateLimit(QUESTION));
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void shouldNameThePort_whenItIsInUse() throws Exception {
        try (GatewayFixture gateway = GatewayFixture.start()) {
            // Given
            GatewayConfig same = GatewayConfig.standard("127.0.0.1", gateway.server.number());

            // When / Then
            assertThatThrownBy(() -> GatewayFixture.start(same, GatewayCallers.EVERYBODY))
                    .isInstanceOf(GatewayStartException.class)
                    .hasMessage("grpc port 127.0.0.1:" + gateway.server.number() + " is in use");
        }
    }

    private static Status.Code code(ThrowingCallable call) {
        try {
            call.call();
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
