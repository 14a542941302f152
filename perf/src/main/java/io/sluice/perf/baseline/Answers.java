package io.sluice.perf.baseline;

import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.JsonBody;
import io.sluice.api.http.Problem;
import io.sluice.schemas.codec.VerdictDetailsJson;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import java.util.List;
import java.util.Map;

/**
 * Answers with as many bytes as those of {@code POST /v1/admissions}, by the same writer of JSON. The header fields are
 * constants here: to compute them is part of what Sluice costs.
 */
final class Answers {
    private static final String ID = "per-client";
    private static final long CAPACITY = 1_000_000_000;
    private static final String POLICY_FIELD = "RateLimit-Policy";
    private static final String STATE_FIELD = "RateLimit";
    private static final String POLICY = "\"per-client\";q=1000000000;w=1000";
    private static final String STATE_OF_ALLOWED = "\"per-client\";r=999999999;t=1";
    private static final String STATE_OF_DENIED = "\"per-client\";r=0;t=1";

    private Answers() {}

    /** The answer of a verdict. */
    static HttpAnswer of(String clientId, boolean allowed, long remaining) {
        VerdictDetails details = details(clientId, allowed, remaining);
        JsonBody members = json -> {
            json.writeStringField("decisionId", "0-1000000");
            VerdictDetailsJson.write(json, details);
        };
        if (allowed) {
            return HttpAnswer.ok(members).with(Map.of(POLICY_FIELD, POLICY, STATE_FIELD, STATE_OF_ALLOWED));
        }
        return Problem.QUOTA_EXCEEDED
                .answer(details.reason(), json -> {
                    json.writeArrayFieldStart("violated-policies");
                    json.writeString(ID);
                    json.writeEndArray();
                    members.write(json);
                })
                .with(Map.of("Retry-After", "1", POLICY_FIELD, POLICY, STATE_FIELD, STATE_OF_DENIED));
    }

    private static VerdictDetails details(String clientId, boolean allowed, long remaining) {
        LimitStatus limit = LimitStatus.of(ID, clientId)
                .limit(CAPACITY)
                .remaining(remaining)
                .windowMillis(1_000_000)
                .resetAfterMillis(1)
                .nextTokenMillis(1)
                .retryAfterMillis(allowed ? 0L : 100L)
                .build();
        return VerdictDetails.of(allowed ? VerdictCode.ALLOW : VerdictCode.DENY)
                .reasonCode(allowed ? "within-limits" : "quota-exceeded")
                .reason(
                        allowed
                                ? "every limit that applies has enough tokens"
                                : "limit per-client has too few tokens for now")
                .decidedAtMillis(System.currentTimeMillis())
                .rulesetRevision(1)
                .tier("standard")
                .decidingLimit(limit)
                .retryAfterMillis(limit.retryAfterMillis())
                .limits(List.of(limit))
                .build();
    }
}
