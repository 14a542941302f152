package io.sluice.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.rate_limit_quota.v3.BucketId;
import io.envoyproxy.envoy.service.rate_limit_quota.v3.RateLimitQuotaResponse;
import io.envoyproxy.envoy.service.rate_limit_quota.v3.RateLimitQuotaServiceGrpc;
import io.envoyproxy.envoy.service.rate_limit_quota.v3.RateLimitQuotaUsageReports;
import io.envoyproxy.envoy.service.rate_limit_quota.v3.RateLimitQuotaUsageReports.BucketQuotaUsage;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.request.AdmissionRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The service over a real gRPC connection, in front of a model of the ledger. */
final class QuotaServiceTest {
    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final QuotaConfig SHORT_SILENCE =
            QuotaConfig.standard().with(new QuotaConfig.Bounds(100, 100, 16, 1_024, /* silenceMillisMax= */ 1_000));

    private final ModelLeases ledger = new ModelLeases();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BlockingQueue<RateLimitQuotaResponse> responses = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> ended = new CompletableFuture<>();
    private volatile boolean isMappingBroken;
    private QuotaService service;
    private Server server;
    private ManagedChannel channel;

    private void start(QuotaConfig config) throws IOException {
        service = QuotaService.start(
                config,
                (domain, bucketId) -> {
                    if (isMappingBroken) {
                        throw new StackOverflowError("test");
                    }
                    return AdmissionRequest.of(bucketId.get("user_id")).build();
                },
                new QuotaService.Backend(ledger.admissions(), ledger),
                registry);
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .directExecutor()
                .addService(service)
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        service.close();
        server.shutdownNow();
    }

    private StreamObserver<RateLimitQuotaUsageReports> open() throws IOException {
        start(QuotaConfig.standard());
        return opened();
    }

    private StreamObserver<RateLimitQuotaUsageReports> opened() {
        return RateLimitQuotaServiceGrpc.newStub(channel).streamRateLimitQuotas(new StreamObserver<>() {
            @Override
            public void onNext(RateLimitQuotaResponse response) {
                responses.add(response);
            }

            @Override
            public void onError(Throwable failure) {
                ended.complete(Status.fromThrowable(failure));
            }

            @Override
            public void onCompleted() {
                ended.complete(Status.OK);
            }
        });
    }

    private static RateLimitQuotaUsageReports report(String domain) {
        return RateLimitQuotaUsageReports.newBuilder()
                .setDomain(domain)
                .addBucketQuotaUsages(BucketQuotaUsage.newBuilder()
                        .setBucketId(BucketId.newBuilder().putBucket("user_id", "alice"))
                        .setNumRequestsDenied(1))
                .build();
    }

    private RateLimitQuotaResponse response() throws InterruptedException {
        RateLimitQuotaResponse response = responses.poll(WITHIN.toSeconds(), TimeUnit.SECONDS);
        assertThat(response).isNotNull();
        return response;
    }

    @Test
    void shouldSendTokensAndTakeThemBack_whenABucketIsReportedAndThenDenied() throws Exception {
        // Given
        StreamObserver<RateLimitQuotaUsageReports> envoy = open();

        // When
        envoy.onNext(report("edge"));
        RateLimitQuotaResponse granted = response();
        ledger.denyListed();
        ledger.listener().revoked(new Revocation(0, 2, "alice"));
        RateLimitQuotaResponse revoked = response();

        // Then
        assertThat(granted.getBucketActionCount()).isEqualTo(2);
        assertThat(granted.getBucketAction(1)
                        .getQuotaAssignmentAction()
                        .getRateLimitStrategy()
                        .getTokenBucket()
                        .getMaxTokens())
                .isEqualTo(20);
        assertThat(revoked.getBucketActionCount()).isEqualTo(1);
        assertThat(registry.get("sluice.gateway.quota.buckets").gauge().value()).isEqualTo(1);
        assertThat(registry.get("sluice.gateway.quota.revoked")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void shouldAskAgain_whenARequestToTheLedgerFails() throws Exception {
        // Given
        ledger.failOnce();

        // When
        open().onNext(report("edge"));

        // Then
        assertThat(response().getBucketActionCount()).isPositive();
        assertThat(ledger.model().debited()).isEqualTo(20);
        assertThat(registry.get("sluice.gateway.quota.grants")
                        .tag("outcome", "unanswered")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void shouldEndTheStreamAndServeOthers_whenTheWorkOnItFails() throws Exception {
        // Given
        open().onNext(report("edge"));
        response();

        // When
        isMappingBroken = true;
        ledger.listener().revoked(new Revocation(0, 2, "alice"));

        // Then
        Status status = ended.get(WITHIN.toSeconds(), TimeUnit.SECONDS);
        assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
        isMappingBroken = false;
        opened().onNext(report("edge"));
        assertThat(response().getBucketActionCount()).isPositive();
    }

    @Test
    void shouldReportTheLeaseAsSpent_whenEnvoyIsGone() throws Exception {
        // Given
        StreamObserver<RateLimitQuotaUsageReports> envoy = open();
        envoy.onNext(report("edge"));
        response();

        // When
        envoy.onError(Status.CANCELLED.asRuntimeException());

        // Then
        Awaitility.await().atMost(WITHIN).until(() -> ledger.model().openLeases() == 0);
        assertThat(ledger.model().spendable()).isEqualTo(20);
        Awaitility.await()
                .atMost(WITHIN)
                .until(() ->
                        registry.get("sluice.gateway.quota.streams").gauge().value() == 0);
        assertThat(registry.get("sluice.gateway.quota.buckets").gauge().value()).isZero();
    }

    @Test
    void shouldEndTheStream_whenItHasNoDomain() throws Exception {
        // When
        open().onNext(report(""));

        // Then
        Status status = ended.get(WITHIN.toSeconds(), TimeUnit.SECONDS);
        assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).contains("domain");
    }

    @Test
    void shouldEndTheStream_whenItIsSilent() throws Exception {
        // Given
        start(SHORT_SILENCE);

        // When
        opened().onNext(report("edge"));

        // Then
        Status status = ended.get(WITHIN.toSeconds(), TimeUnit.SECONDS);
        assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(registry.get("sluice.gateway.quota.silent").functionCounter().count())
                .isEqualTo(1);
    }

    @Test
    void shouldEndTheStream_whenTheServerStops() throws Exception {
        // Given
        open().onNext(report("edge"));
        response();

        // When
        service.close();

        // Then
        Status status = ended.get(WITHIN.toSeconds(), TimeUnit.SECONDS);
        assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(ledger.model().openLeases()).isZero();
    }

    @Test
    void shouldLendNothing_whenABucketsClientIsRefused() throws Exception {
        // Given
        StreamObserver<RateLimitQuotaUsageReports> envoy = open();

        // When
        envoy.onNext(RateLimitQuotaUsageReports.newBuilder()
                .setDomain("edge")
                .addBucketQuotaUsages(BucketQuotaUsage.newBuilder()
                        .setBucketId(BucketId.newBuilder().putBucket("user_id", "/"))
                        .setNumRequestsDenied(1))
                .build());

        // Then: a denial, once.
        assertThat(response().getBucketActionCount()).isEqualTo(1);
        assertThat(ledger.model().debited()).isZero();
        assertThat(registry.get("sluice.gateway.quota.reports.ignored")
                        .tag("reason", "unmapped")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
    }
}
