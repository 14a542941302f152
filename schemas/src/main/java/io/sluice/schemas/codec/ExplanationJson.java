package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.Explanation.Effect;
import io.sluice.schemas.reply.Explanation.ExplainedLimit;
import io.sluice.schemas.reply.Explanation.Matched;
import io.sluice.schemas.reply.Explanation.Mismatched;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The members of an explanation, on the reply topic and over REST. */
public final class ExplanationJson {
    static final String TYPE = "explanation";
    private static final String JUDGED = "judged";
    private static final String LIMITS_TOTAL = "limitsTotal";
    private static final String EXPLAINED = "explained";

    private ExplanationJson() {}

    /** Writes the members of an explanation into the object that is open. */
    public static void write(JsonGenerator json, Explanation explanation) throws IOException {
        json.writeStringField("clientId", explanation.clientId());
        json.writeObjectFieldStart(JUDGED);
        JudgedJson.write(json, explanation.judged());
        json.writeEndObject();
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

    /** Collects the members above, in whatever order they come. */
    static final class Draft {
        private final JudgedJson.Draft judged = new JudgedJson.Draft();
        private final List<ExplainedLimit> limits = new ArrayList<>();
        private int limitsTotal;

        /** Reads one member; returns false, and reads nothing, if it is none of these. */
        boolean read(String name, JsonParser json) throws IOException, WireException {
            switch (name) {
                case JUDGED -> {
                    Json.expectObject(name, json);
                    Json.fields(json, (member, value) -> {
                        if (!judged.read(member, value)) {
                            value.skipChildren();
                        }
                    });
                }
                case LIMITS_TOTAL -> limitsTotal = Json.index(name, json);
                case EXPLAINED -> readLimits(json);
                default -> {
                    return false;
                }
            }
            return true;
        }

        private void readLimits(JsonParser json) throws IOException, WireException {
            if (json.currentToken() != JsonToken.START_ARRAY) {
                throw new WireException(EXPLAINED, "not a list (expected: a list)");
            }
            while (json.nextToken() != JsonToken.END_ARRAY) {
                Json.expectObject(EXPLAINED, json);
                LimitDraft limit = new LimitDraft();
                Json.fields(json, limit::read);
                limits.add(limit.limit());
            }
        }

        Explanation explanation(String correlationId, String clientId) throws WireException {
            return new Explanation(correlationId, clientId, judged.judged(), limitsTotal, limits);
        }
    }

    private static final class LimitDraft {
        private String id = "";
        private String mismatch = "";
        private String scope = "";
        private String enforcement = "";
        private boolean matched;
        private boolean enforced;
        private boolean overridden;
        private boolean decides;
        private long limit;
        private @Nullable Long before;
        private long after;
        private @Nullable Long retryAfterMillis;

        void read(String name, JsonParser json) throws IOException, WireException {
            switch (name) {
                case "id" -> id = Json.text(name, json);
                case "matched" -> matched = Json.flag(name, json);
                case "mismatch" -> mismatch = Json.text(name, json);
                case "scope" -> scope = Json.text(name, json);
                case "limit" -> limit = Json.integer(name, json);
                case "before" -> before = Json.integer(name, json);
                case "after" -> after = Json.integer(name, json);
                case "retryAfterMillis" -> retryAfterMillis = Json.integer(name, json);
                case "enforced" -> enforced = Json.flag(name, json);
                case "enforcement" -> enforcement = Json.text(name, json);
                case "overridden" -> overridden = Json.flag(name, json);
                case "decides" -> decides = Json.flag(name, json);
                default -> json.skipChildren();
            }
        }

        ExplainedLimit limit() {
            if (!matched) {
                return new Mismatched(id, mismatch);
            }
            Effect effect = before == null ? null : new Effect(before, after, retryAfterMillis);
            return new Matched(id, scope, limit, enforced, enforcement, overridden, decides, effect);
        }
    }
}
