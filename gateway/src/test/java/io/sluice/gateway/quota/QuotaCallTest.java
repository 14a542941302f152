package io.sluice.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.envoyproxy.envoy.service.rate_limit_quota.v3.BucketId;
import io.envoyproxy.envoy.service.rate_limit_quota.v3.RateLimitQuotaResponse;
import io.envoyproxy.envoy.service.rate_limit_quota.v3.RateLimitQuotaUsageReports;
import io.envoyproxy.envoy.service.rate_limit_quota.v3.RateLimitQuotaUsageReports.BucketQuotaUsage;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.sluice.schemas.request.AdmissionRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A stream whose connection fails under it. */
final class QuotaCallTest {
    private final ModelLeases leases = new ModelLeases();
    private final QuotaMeters meters = new QuotaMeters();
    private final QuotaLedger ledger = new QuotaLedger(leases.admissions(), leases, meters, System::nanoTime);
    private final BucketRoom room = new BucketRoom(10);
    private final List<QuotaCall> ended = new ArrayList<>();

    /** One that never reads, and cannot be told anything. */
    private static final class BrokenEnvoy extends ServerCallStreamObserver<RateLimitQuotaResponse> {
        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public boolean isReady() {
            return false;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void onNext(RateLimitQuotaResponse response) {}

        @Override
        public void onError(Throwable failure) {
            throw new IllegalStateException("test");
        }

        @Override
        public void onCompleted() {
            throw new IllegalStateException("test");
        }
    }

    @Test
    void shouldGiveAllBack_whenEnvoyCannotBeToldThatItsStreamEnds() {
        // Given a grant that Envoy does not read
        QuotaStream stream = new QuotaStream(
                QuotaConfig.standard(),
                (domain, id) -> AdmissionRequest.of(id.get("user_id")).build(),
                room,
                meters,
                ledger.nanoTime());
        QuotaCall call = new QuotaCall(stream, ledger, new BrokenEnvoy(), ended::add);
        call.open();
        call.onNext(RateLimitQuotaUsageReports.newBuilder()
                .setDomain("edge")
                .addBucketQuotaUsages(BucketQuotaUsage.newBuilder()
                        .setBucketId(BucketId.newBuilder().putBucket("user_id", "alice"))
                        .setNumRequestsDenied(1))
                .build());
        assertThat(leases.model().openLeases()).isEqualTo(1);

        // When
        assertThatThrownBy(() -> call.close(Status.UNAVAILABLE, /* tellEnvoy= */ true))
                .isInstanceOf(IllegalStateException.class);

        // Then
        assertThat(ended).containsExactly(call);
        assertThat(room.taken()).isZero();
        assertThat(leases.model().spendable()).isZero();
    }
}
