package io.sluice.middleware.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.Empty;
import com.google.rpc.RetryInfo;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.middleware.PlannedAdmissions;
import io.sluice.schemas.reply.HoldNames;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.request.SettleRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The interceptor in a real gRPC server, with one thread. */
final class SluiceServerInterceptorTest {
    private static final Metadata.Key<String> CLIENT = Metadata.Key.of("x-client", Metadata.ASCII_STRING_MARSHALLER);
    private static final MethodDescriptor<Empty, Empty> PLACE = MethodDescriptor.<Empty, Empty>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("shop.Orders/Place")
            .setRequestMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
            .setResponseMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
            .build();

    private final AtomicInteger served = new AtomicInteger();
    private final ExecutorService one = Executors.newSingleThreadExecutor();
    private Server server;
    private ManagedChannel channel;

    private Channel start(PlannedAdmissions admissions) throws Exception {
        return start(admissions, one);
    }

    private Channel start(PlannedAdmissions admissions, Executor beginning) throws Exception {
        ServerServiceDefinition orders = ServerServiceDefinition.builder("shop.Orders")
                .addMethod(PLACE, ServerCalls.asyncUnaryCall((request, observer) -> {
                    served.incrementAndGet();
                    observer.onNext(request);
                    observer.onCompleted();
                }))
                .build();
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .executor(one)
                .addService(ServerInterceptors.intercept(
                        orders,
                        SluiceServerInterceptor.of(admissions, (call, headers) -> headers.get(CLIENT))
                                .refine((call, headers, admission) -> admission.cost(3))
                                .deadlineMillis(60_000)
                                .executor(beginning)
                                .build()))
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .build();
        return channel;
    }

    @AfterEach
    void stop() throws Exception {
        channel.shutdownNow();
        server.shutdownNow().awaitTermination();
        one.shutdown();
    }

    private static void place(Channel channel, String clientId) {
        ClientCalls.blockingUnaryCall(as(channel, clientId), PLACE, CallOptions.DEFAULT, Empty.getDefaultInstance());
    }

    private static Channel as(Channel channel, String clientId) {
        Metadata headers = new Metadata();
        headers.put(CLIENT, clientId);
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private static String text(Metadata metadata, String name) {
        return metadata.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    }

    @Test
    void shouldServeWithFields_whenAllowed() throws Exception {
        // Given
        PlannedAdmissions admissions = PlannedAdmissions.always(PlannedAdmissions.allowed(HoldNames.NOTHING));
        AtomicReference<Metadata> headers = new AtomicReference<>();
        Channel observed = ClientInterceptors.intercept(
                start(admissions), MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>()));

        // When
        place(observed, "acme/alice");

        // Then
        assertThat(served).hasValue(1);
        assertThat(text(headers.get(), "ratelimit")).isEqualTo("\"per-client\";r=19;t=3");
        assertThat(text(headers.get(), "ratelimit-policy")).isEqualTo("\"per-client\";q=20;w=60");
        assertThat(admissions.asked)
                .containsExactly(AdmissionRequest.of("acme/alice")
                        .cost(3)
                        .route(new Route("POST", "/shop.Orders/Place", "127.0.0.1:" + server.getPort()))
                        .build());
    }

    @Test
    void shouldEndWithRetryInfo_whenDenied() throws Exception {
        // Given
        Channel orders = start(PlannedAdmissions.always(PlannedAdmissions.denied()));

        // When
        StatusRuntimeException ending =
                catchThrowableOfType(StatusRuntimeException.class, () -> place(orders, "acme/alice"));

        // Then
        assertThat(ending.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(ending.getStatus().getDescription()).isEqualTo("limit per-client has 0 of 20 tokens left");
        Any detail = StatusProto.fromThrowable(ending).getDetails(0);
        assertThat(detail.unpack(RetryInfo.class).getRetryDelay().getSeconds()).isEqualTo(2);
        assertThat(detail.unpack(RetryInfo.class).getRetryDelay().getNanos()).isEqualTo(500_000_000);
        Metadata trailers = ending.getTrailers();
        assertThat(text(trailers, "grpc-retry-pushback-ms")).isEqualTo("2500");
        assertThat(text(trailers, "retry-after")).isEqualTo("3");
        assertThat(text(trailers, "ratelimit")).isEqualTo("\"per-client\";r=0;t=3");
        assertThat(served).hasValue(0);
    }

    @Test
    void shouldUseTheStatusOfEachOutcome_whenThereIsNoVerdict() throws Exception {
        // Given
        Channel orders = start(new PlannedAdmissions(request -> CompletableFuture.completedFuture(
                switch (request.clientId().text()) {
                    case "open" -> new Answer.Degraded<AdmissionVerdict>(true, "no answer");
                    case "shut" -> new Answer.Degraded<AdmissionVerdict>(false, "no answer");
                    case "error" -> new Answer.Unavailable<AdmissionVerdict>("no answer");
                    default -> PlannedAdmissions.denyListed();
                })));

        // When / Then
        place(orders, "open");
        assertThat(code(orders, "shut")).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(code(orders, "error")).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(code(orders, "listed")).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(code(orders, "no//client")).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(served).hasValue(1);
    }

    private static Status.Code code(Channel channel, String clientId) {
        return catchThrowableOfType(StatusRuntimeException.class, () -> place(channel, clientId))
                .getStatus()
                .getCode();
    }

    @Test
    void shouldHoldNoThread_whenVerdictsAreOnTheirWay() throws Exception {
        // Given: the server has one thread, and many calls wait
        CompletableFuture<Answer<AdmissionVerdict>> verdict = new CompletableFuture<>();
        PlannedAdmissions admissions =
                new PlannedAdmissions(request -> request.clientId().text().equals("waits")
                        ? verdict
                        : CompletableFuture.completedFuture(PlannedAdmissions.allowed(HoldNames.NOTHING)));
        Channel orders = start(admissions);
        List<Future<Empty>> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ClientCall<Empty, Empty> call = as(orders, "waits").newCall(PLACE, CallOptions.DEFAULT);
            waiting.add(ClientCalls.futureUnaryCall(call, Empty.getDefaultInstance()));
        }
        Awaitility.await().until(() -> admissions.asked.size() == 20);

        // When
        place(orders, "goes");
        verdict.complete(PlannedAdmissions.allowed(HoldNames.NOTHING));

        // Then
        for (Future<Empty> call : waiting) {
            assertThat(call.get()).isEqualTo(Empty.getDefaultInstance());
        }
        assertThat(served).hasValue(21);
    }

    @Test
    void shouldReleaseSlotsOnce_whenTheCallIsOver() throws Exception {
        // Given
        PlannedAdmissions admissions =
                PlannedAdmissions.always(PlannedAdmissions.allowed(new HoldNames(null, 0, "0-7")));

        // When
        place(start(admissions), "acme/alice");

        // Then
        Awaitility.await().until(() -> !admissions.settled.isEmpty());
        assertThat(admissions.settled)
                .containsExactly(SettleRequest.release(
                        AdmissionRequest.of("acme/alice").build().clientId(), new DecisionId(0, 7)));
    }

    @Test
    void shouldReleaseSlots_whenTheCallerIsGoneBeforeTheVerdict() throws Exception {
        // Given
        CompletableFuture<Answer<AdmissionVerdict>> verdict = new CompletableFuture<>();
        PlannedAdmissions admissions = new PlannedAdmissions(request -> verdict);
        ClientCall<Empty, Empty> call = as(start(admissions), "acme/alice").newCall(PLACE, CallOptions.DEFAULT);
        Future<Empty> response = ClientCalls.futureUnaryCall(call, Empty.getDefaultInstance());
        Awaitility.await().until(() -> admissions.asked.size() == 1);

        // When
        response.cancel(true);
        verdict.complete(PlannedAdmissions.allowed(new HoldNames(null, 0, "0-7")));

        // Then: in either order of the two, its slots go back
        Awaitility.await().until(() -> !admissions.settled.isEmpty());
        assertThat(admissions.settled).hasSize(1);
    }

    @Test
    void shouldFailAndReleaseSlots_whenNoThreadIsLeft() throws Exception {
        // Given
        PlannedAdmissions admissions =
                PlannedAdmissions.always(PlannedAdmissions.allowed(new HoldNames(null, 0, "0-7")));
        Channel full = start(admissions, task -> {
            throw new RejectedExecutionException("full");
        });

        // When
        StatusRuntimeException failure =
                catchThrowableOfType(StatusRuntimeException.class, () -> place(full, "acme/alice"));

        // Then
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(served).hasValue(0);
        Awaitility.await().until(() -> !admissions.settled.isEmpty());
        assertThat(admissions.settled).hasSize(1);
    }
}
