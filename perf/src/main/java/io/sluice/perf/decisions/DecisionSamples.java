package io.sluice.perf.decisions;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.Route;
import java.util.List;

/** Decision records of an everyday size: a route, an attribute, and two limits. */
final class DecisionSamples {
    private static final int CLIENTS = 50;

    private DecisionSamples() {}

    static byte[] of(String account, int partition, int number) {
        String clientId = account + "/client-" + number % CLIENTS;
        try {
            AdmissionRequest request = AdmissionRequest.of(clientId)
                    .route(new Route("POST", "/v1/orders/" + number, "api.example.com"))
                    .attribute("region", "eu")
                    .requestId("row-" + number)
                    .build();
            return DecisionCodec.encode(
                    new Decision(new DecisionId(partition, 2L * number).text(), request, 1, details(clientId, number)));
        } catch (WireException e) {
            throw new IllegalStateException("the benchmark's request is wrong", e);
        }
    }

    private static VerdictDetails details(String clientId, int number) {
        LimitStatus client = LimitStatus.of("free-per-client", clientId)
                .limit(20)
                .remaining(number % 20)
                .windowMillis(60_000)
                .resetAfterMillis(3_000)
                .nextTokenMillis(3_000)
                .retryAfterMillis(0L)
                .build();
        LimitStatus account = LimitStatus.of("free-per-account", "")
                .limit(200)
                .remaining(number % 200)
                .windowMillis(12_000)
                .resetAfterMillis(780)
                .nextTokenMillis(60)
                .retryAfterMillis(0L)
                .build();
        return VerdictDetails.of(VerdictCode.ALLOW)
                .reasonCode("within-limits")
                .reason("every limit that applies has enough tokens")
                .decidedAtMillis(number)
                .rulesetRevision(7)
                .tier("free")
                .decidingLimit(client)
                .retryAfterMillis(0L)
                .limits(List.of(client, account))
                .build();
    }
}
