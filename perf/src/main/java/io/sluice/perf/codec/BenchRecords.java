package io.sluice.perf.codec;

import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Route;
import java.util.List;

/** Records of an everyday size: a request with a route and an attribute, and an answer that lists two limits. */
final class BenchRecords {
    private static final String CORRELATION_ID = "9f86d081884c7d65-1a2b";
    private static final long DECIDED_AT_MILLIS = 1_700_000_000_000L;

    private BenchRecords() {}

    static final ReplyAddress REPLY = new ReplyAddress(3, CORRELATION_ID);

    static AdmissionRequest request() {
        try {
            return AdmissionRequest.of("acme/team-a/alice")
                    .route(new Route("POST", "/v1/orders/7", "api.example.com"))
                    .attribute("region", "eu")
                    .requestId("row-17")
                    .build();
        } catch (WireException e) {
            throw new IllegalStateException("the benchmark's request is wrong", e);
        }
    }

    static Verdict verdict() {
        return Verdict.details(CORRELATION_ID, "3-4711", "row-17", details());
    }

    static Decision decision() {
        return new Decision("3-4711", request(), 1, details());
    }

    private static VerdictDetails details() {
        LimitStatus client = LimitStatus.of("free-per-client", "acme/team-a/alice")
                .limit(20)
                .remaining(19)
                .windowMillis(60_000)
                .resetAfterMillis(3_000)
                .nextTokenMillis(3_000)
                .retryAfterMillis(0L)
                .build();
        LimitStatus account = LimitStatus.of("free-per-account", "")
                .limit(200)
                .remaining(187)
                .windowMillis(12_000)
                .resetAfterMillis(780)
                .nextTokenMillis(60)
                .retryAfterMillis(0L)
                .build();
        return VerdictDetails.of(VerdictCode.ALLOW)
                .reasonCode("within-limits")
                .reason("every limit that applies has enough tokens")
                .decidedAtMillis(DECIDED_AT_MILLIS)
                .rulesetRevision(7)
                .tier("free")
                .decidingLimit(client)
                .retryAfterMillis(0L)
                .limits(List.of(client, account))
                .build();
    }
}
