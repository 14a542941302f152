package io.sluice.gateway.envoy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.client.Admissions;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.gateway.envoy.ChargedHits.Decided;
import io.sluice.gateway.envoy.ChargedHits.Refused;
import io.sluice.gateway.envoy.ChargedHits.Unknown;
import io.sluice.schemas.WireException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The request of {@link RateLimitService} as JSON over HTTP, to try it out with curl: 200 if everything is allowed,
 * 429 if not.
 *
 * <pre>
 *   {"domain": "edge", "descriptors": [{"entries": [{"key": "user_id", "value": "alice"}]}]}
 * </pre>
 */
public final class RateLimitJson {
    private static final int OK = 200;
    private static final int FORBIDDEN = 403;
    private static final int UNAVAILABLE = 503;

    private final HitCharging charging;
    private final Supplier<Ruleset> ruleset;
    private final long deadlineMillis;

    /**
     * The answer over HTTP.
     *
     * @param fields header fields beside the content type
     * @param body JSON, or for an error the text that says why
     */
    public record JsonAnswer(int status, Map<String, String> fields, String body) {
        public JsonAnswer {
            fields = Map.copyOf(fields);
        }

        /** Whether it is an answer to the question, and not an error. */
        public boolean isDecided() {
            return status == OK || status == RateLimitAnswers.DENIED_STATUS;
        }
    }

    /** The endpoint; its parameters are those of {@link RateLimitService}. */
    public RateLimitJson(
            Admissions admissions, Supplier<Ruleset> ruleset, long deadlineMillis, MeterRegistry registry) {
        this.charging = new HitCharging(admissions, "json", registry);
        this.ruleset = ruleset;
        this.deadlineMillis = deadlineMillis;
    }

    /**
     * The answer.
     *
     * @param covers the accounts that the caller may use
     * @throws WireException if the question breaks the contract
     */
    public CompletableFuture<JsonAnswer> answer(byte[] body, Predicate<String> covers) throws WireException {
        RateLimitRequest.Builder question = RateLimitRequest.newBuilder();
        try {
            JsonFormat.parser().merge(new String(body, StandardCharsets.UTF_8), question);
        } catch (InvalidProtocolBufferException e) {
            throw new WireException("", e.getMessage() + " (expected: a RateLimitRequest as JSON)");
        }
        Ruleset rules = ruleset.get();
        List<Hit> hits = RateLimitQuestions.hits(rules.envoy(), question.build());
        for (Hit hit : hits) {
            if (!covers.test(hit.account())) {
                return CompletableFuture.completedFuture(new JsonAnswer(
                        FORBIDDEN, Map.of(), "account " + hit.account() + " (expected: one of the key's accounts)"));
            }
        }
        return charging.charge(hits, deadlineMillis).thenApply(charged -> answer(charged, hits.size(), rules));
    }

    private static JsonAnswer answer(ChargedHits charged, int count, Ruleset rules) {
        if (charged instanceof Decided decided) {
            Map<String, String> fields =
                    EnvoyAnswer.of(decided, RateLimitAnswers.DENIED_STATUS).fields();
            fields.remove("Content-Type");
            return new JsonAnswer(
                    decided.allowed() ? OK : RateLimitAnswers.DENIED_STATUS,
                    fields,
                    json(RateLimitAnswers.of(decided, count, rules)));
        }
        return charged instanceof Refused refused
                ? new JsonAnswer(
                        400,
                        Map.of(),
                        refused.error().field() + ": " + refused.error().detail())
                : new JsonAnswer(UNAVAILABLE, Map.of(), ((Unknown) charged).detail());
    }

    private static String json(RateLimitResponse response) {
        try {
            return JsonFormat.printer().omittingInsignificantWhitespace().print(response);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a response without Any has a JSON form", e);
        }
    }
}
