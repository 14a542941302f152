package io.sluice.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.Meta;
import io.sluice.schemas.request.Priority;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.request.SettleRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a caller writes is what the front end reads. */
final class RestBodiesTest {
    @Test
    void shouldBeReadAsWritten_whenAdmission() throws Exception {
        // Given
        AdmissionRequest full = AdmissionRequest.of("acmé/alice")
                .cost(3)
                .route(Route.checked("POST", "/orders", "shop.example"))
                .attribute("model", "large")
                .requestId("r-1")
                .idempotencyKey("order-4711")
                .reserveMillis(60_000)
                .maxWaitMillis(10)
                .priority(Priority.HIGH)
                .exact(true)
                .meta(new Meta("{\"a\":1}"))
                .build();

        for (AdmissionRequest request :
                List.of(full, AdmissionRequest.of("acme").build())) {
            // When
            AdmissionBody read = BodyCodec.admission(RestBodies.admission(request, 1_500));

            // Then
            assertThat(read).isEqualTo(new AdmissionBody(request, 1_500L));
        }
    }

    @Test
    void shouldBeReadAsWritten_whenBatchOrSettlement() throws Exception {
        // Given
        AdmissionRequest check = AdmissionRequest.of("acme/alice").cost(2).build();
        BatchRequest batch = BatchRequest.checked(List.of(check, check), "r-1", "key-1");
        ClientId alice = ClientId.parse("clientId", "acme/alice");
        DecisionId hold = new DecisionId(3, 77);

        // When / Then
        assertThat(BodyCodec.atomic(RestBodies.batch(batch, 900))).isEqualTo(new BatchBody(batch, 900L));
        for (SettleRequest settle : List.of(
                SettleRequest.commit(alice, hold, 7),
                SettleRequest.cancel(alice, hold),
                SettleRequest.release(alice, hold))) {
            assertThat(BodyCodec.settle(settle.verb(), hold.text(), RestBodies.settle(settle, 900)))
                    .isEqualTo(new SettleBody(settle, 900L));
        }
    }
}
