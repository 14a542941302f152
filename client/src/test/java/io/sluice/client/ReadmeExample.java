package io.sluice.client;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.AdmissionRequest;
import java.util.Map;

/** The example of this module's README, which shows what is between the marks. */
final class ReadmeExample {
    private ReadmeExample() {}

    // begin
    static boolean mayOrder(String bootstrapServers) throws WireException {
        ClientConfig config = ClientConfig.standard(Map.of("bootstrap.servers", bootstrapServers));
        try (KafkaAdmissions admissions = KafkaAdmissions.connect(config, new SimpleMeterRegistry())) {
            AdmissionRequest request = AdmissionRequest.of("acme/alice")
                    .cost(5)
                    .idempotencyKey("order-4711")
                    .build();
            Answer<AdmissionVerdict> answer =
                    admissions.admit(request, /* deadlineMillis= */ 5_000).join();
            AdmissionVerdict verdict = answer.orNull();
            return verdict != null && verdict.allowed();
        }
    }
    // end
}
