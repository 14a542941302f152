package io.sluice.perf.baseline;

import io.javalin.http.Context;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.JsonBody;
import io.sluice.api.http.Problem;
import io.sluice.schemas.codec.JudgedJson;
import io.sluice.schemas.reply.Answer;
import io.sluice.schemas.reply.Judged;
import io.sluice.schemas.reply.LimitStatus;
import java.util.List;

/**
 * Answers with as many bytes as those of {@code POST /v1/admissions}, by the same writer of JSON. The header fields are
 * constants here: to compute them is part of what Sluice costs.
 */
final class Answers {
    private static final String ID = "per-client";
    private static final long CAPACITY = 1_000_000_000;
    private static final String POLICY = "\"per-client\";q=1000000000;w=1000";
    private static final String STATE_OF_ALLOWED = "\"per-client\";r=999999999;t=1";
    private static final String STATE_OF_DENIED = "\"per-client\";r=0;t=1";

    private Answers() {}

    /** Puts a verdict into the response. */
    static void send(Context context, String clientId, boolean allowed, long remaining) {
        Judged judged = judged(clientId, allowed, remaining);
        JsonBody members = json -> {
            json.writeStringField("decisionId", "0-1000000");
            JudgedJson.write(json, judged);
        };
        HttpAnswer answer = allowed
                ? HttpAnswer.ok(members)
                : Problem.QUOTA_EXCEEDED.answer(judged.reason(), json -> {
                    json.writeArrayFieldStart("violated-policies");
                    json.writeString(ID);
                    json.writeEndArray();
                    members.write(json);
                });
        context.status(answer.status());
        if (!allowed) {
            context.header("Retry-After", "1");
        }
        context.header("RateLimit-Policy", POLICY);
        context.header("RateLimit", allowed ? STATE_OF_ALLOWED : STATE_OF_DENIED);
        context.contentType(answer.contentType());
        context.result(answer.body().bytes());
    }

    private static Judged judged(String clientId, boolean allowed, long remaining) {
        LimitStatus limit = new LimitStatus(
                ID, clientId, CAPACITY, remaining, 1_000_000, 1, 1, allowed ? 0L : 100L, /* delayMillis= */ 0, true);
        return new Judged(
                allowed ? Answer.ALLOW : Answer.DENY,
                allowed ? "within-limits" : "quota-exceeded",
                allowed ? "every limit that applies has enough tokens" : "limit per-client has too few tokens for now",
                System.currentTimeMillis(),
                1,
                "standard",
                limit,
                limit.retryAfterMillis(),
                /* delayMillis= */ 0,
                /* replayed= */ false,
                List.of(limit));
    }
}
