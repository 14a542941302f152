package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.Explanation.Effect;
import io.sluice.schemas.reply.Explanation.ExplainedLimit;
import io.sluice.schemas.reply.Explanation.Matched;
import io.sluice.schemas.reply.Explanation.Mismatched;
import java.io.IOException;

/** The members of an explanation, on the reply topic and over REST. */
public final class ExplanationJson {
    static final String TYPE = "explanation";
    private static final String DECIDED = "answer";
    private static final String LIMITS_TOTAL = "limitsTotal";
    private static final String EXPLAINED = "explained";
    private static final Members.Shape LIMIT = Members.Shape.of(Json::text, "id", "mismatch", "scope", "enforcement")
            .and(Json::integer, "limit", "before", "after", "retryAfterMillis")
            .and(Json::flag, "matched", "enforced", "overridden", "decides");
    private static final Members.Shape SHAPE = Members.Shape.of(ExplanationJson::details, DECIDED)
            .and((name, json) -> (long) Json.index(name, json), LIMITS_TOTAL)
            .and(LIMIT::readList, EXPLAINED)
            .and(SignalsJson::cause, SignalsJson.BROWN_OUT);

    private ExplanationJson() {}

    /** Writes the members of an explanation into the object that is open. */
    public static void write(JsonGenerator json, Explanation explanation) throws IOException {
        json.writeStringField("clientId", explanation.clientId());
        json.writeObjectFieldStart(DECIDED);
        VerdictDetailsJson.write(json, explanation.details());
        json.writeEndObject();
        SignalsJson.write(json, explanation.brownedOut());
        json.writeNumberField(LIMITS_TOTAL, explanation.limitsTotal());
        json.writeBooleanField("truncated", explanation.truncated());
        json.writeArrayFieldStart(EXPLAINED);
        for (ExplainedLimit limit : explanation.limits()) {
            json.writeStartObject();
            json.writeStringField("id", limit.id());
            json.writeBooleanField("matched", limit instanceof Matched);
            if (limit instanceof Matched matched) {
                write(json, matched);
            } else if (limit instanceof Mismatched mismatched) {
                json.writeStringField("mismatch", mismatched.mismatch());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, Matched matched) throws IOException {
        json.writeStringField("scope", matched.scope());
        json.writeNumberField("limit", matched.limit());
        Effect effect = matched.effect();
        if (effect != null) {
            json.writeNumberField("before", effect.before());
            json.writeNumberField("after", effect.after());
            if (effect.retryAfterMillis() != null) {
                json.writeNumberField("retryAfterMillis", effect.retryAfterMillis());
            }
        }
        json.writeBooleanField("enforced", matched.enforced());
        json.writeStringField("enforcement", matched.enforcement());
        json.writeBooleanField("overridden", matched.overridden());
        json.writeBooleanField("decides", matched.decides());
    }

    private static VerdictDetailsJson.Draft details(String field, JsonParser json) throws IOException, WireException {
        Json.expectObject(field, json);
        VerdictDetailsJson.Draft details = new VerdictDetailsJson.Draft();
        Json.fields(json, (member, value) -> {
            if (!details.read(member, value)) {
                value.skipChildren();
            }
        });
        return details;
    }

    private static ExplainedLimit limit(Members limit) {
        if (!limit.flag("matched")) {
            return new Mismatched(limit.text("id"), limit.text("mismatch"));
        }
        Long before = limit.optionalInteger("before");
        return new Matched(
                limit.text("id"),
                limit.text("scope"),
                limit.integer("limit"),
                limit.flag("enforced"),
                limit.text("enforcement"),
                limit.flag("overridden"),
                limit.flag("decides"),
                before == null
                        ? null
                        : new Effect(before, limit.integer("after"), limit.optionalInteger("retryAfterMillis")));
    }

    /** Collects the members above, in whatever order they come. */
    static final class Draft {
        private final Members members = SHAPE.begin();

        /** Reads one member; returns false, and reads nothing, if it is none of these. */
        boolean read(String name, JsonParser json) throws IOException, WireException {
            return members.read(name, json);
        }

        Explanation explanation(String correlationId, String clientId) throws WireException {
            VerdictDetailsJson.Draft details = members.optional(VerdictDetailsJson.Draft.class, DECIDED);
            return new Explanation(
                    correlationId,
                    clientId,
                    (details == null ? new VerdictDetailsJson.Draft() : details).details(),
                    (int) members.integer(LIMITS_TOTAL),
                    members.list(Members.class, EXPLAINED).stream()
                            .map(ExplanationJson::limit)
                            .toList(),
                    members.optional(Explanation.BrownedOut.class, SignalsJson.BROWN_OUT));
        }
    }
}
