package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.ExceedAction;
import io.sluice.schemas.reply.HoldNames;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.LimitStatusBuilder;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.VerdictDetailsBuilder;
import io.sluice.schemas.reply.WireError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The members that verdicts, decisions and REST answers share.
 *
 * <p>Public so that the REST front end writes the very same members; a verdict reads the same everywhere.
 */
public final class VerdictDetailsJson {
    private static final String SHADOW = "shadow";

    private VerdictDetailsJson() {}

    /** Writes the members of a decided admission into the object that is open. */
    public static void write(JsonGenerator json, VerdictDetails details) throws IOException {
        json.writeStringField("verdict", details.code().wireName());
        writeUnanswered(json, details);
    }

    /** Writes the same without the verdict, for a record that answered no caller. */
    static void writeUnanswered(JsonGenerator json, VerdictDetails details) throws IOException {
        LimitStatus deciding = details.decidingLimit();
        if (deciding != null) {
            json.writeStringField("limitId", deciding.id());
            json.writeNumberField("limit", deciding.limit());
            json.writeNumberField("remaining", deciding.remaining());
            json.writeNumberField("resetAfterMillis", deciding.resetAfterMillis());
        }
        if (details.retryAfterMillis() != null) {
            json.writeNumberField("retryAfterMillis", details.retryAfterMillis());
        }
        writeDelay(json, details.delayMillis());
        writeAction(json, details.action());
        if (!details.tags().isEmpty()) {
            json.writeArrayFieldStart("tags");
            for (String tag : details.tags()) {
                json.writeString(tag);
            }
            json.writeEndArray();
        }
        if (details.uncharged() > 0) {
            json.writeNumberField("uncharged", details.uncharged());
        }
        json.writeNumberField("rulesetRevision", details.rulesetRevision());
        json.writeStringField("tier", details.tier());
        json.writeStringField("reasonCode", details.reasonCode());
        json.writeStringField("reason", details.reason());
        json.writeNumberField("decidedAtMillis", details.decidedAtMillis());
        json.writeBooleanField("replayed", details.replayed());
        if (details.listId() != null) {
            json.writeStringField("listId", details.listId());
        }
        PenaltyJson.write(json, details.penalty());
        writeHeld(json, details.held());
        writeLimits(json, details.limits());
    }

    private static void writeHeld(JsonGenerator json, HoldNames held) throws IOException {
        if (held.reservationId() != null) {
            json.writeStringField("reservationId", held.reservationId());
            json.writeNumberField("reservationExpiresAtMillis", held.reservationExpiresAtMillis());
        }
        if (held.releaseId() != null) {
            json.writeStringField("releaseId", held.releaseId());
        }
    }

    /** Writes {@code "limits": [...]}. */
    public static void writeLimits(JsonGenerator json, List<LimitStatus> limits) throws IOException {
        json.writeArrayFieldStart("limits");
        for (LimitStatus limit : limits) {
            json.writeStartObject();
            json.writeStringField("id", limit.id());
            json.writeStringField("scope", limit.scope());
            json.writeNumberField("limit", limit.limit());
            json.writeNumberField("remaining", limit.remaining());
            json.writeNumberField("windowMillis", limit.windowMillis());
            json.writeNumberField("resetAfterMillis", limit.resetAfterMillis());
            json.writeNumberField("nextTokenMillis", limit.nextTokenMillis());
            if (limit.retryAfterMillis() != null) {
                json.writeNumberField("retryAfterMillis", limit.retryAfterMillis());
            }
            writeDelay(json, limit.delayMillis());
            if (!limit.enforced()) {
                json.writeStringField("mode", SHADOW);
                if (limit.refused()) {
                    json.writeBooleanField("wouldRefuse", true);
                }
            }
            writeAction(json, limit.action());
            if (limit.cost() != null && limit.charged() != null) {
                json.writeNumberField("cost", limit.cost());
                json.writeNumberField("charged", limit.charged());
            }
            if (limit.creditRemaining() != null && limit.creditCharged() != null) {
                json.writeNumberField("creditRemaining", limit.creditRemaining());
                json.writeNumberField("creditCharged", limit.creditCharged());
            }
            if (limit.debt() != null) {
                json.writeNumberField("debt", limit.debt());
            }
            if (limit.graceRemaining() != null) {
                json.writeNumberField("graceRemaining", limit.graceRemaining());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Most admissions proceed at once; only a queue has a delay. */
    private static void writeDelay(JsonGenerator json, long delayMillis) throws IOException {
        if (delayMillis > 0) {
            json.writeNumberField("delayMillis", delayMillis);
        }
    }

    private static void writeAction(JsonGenerator json, @Nullable ExceedAction action) throws IOException {
        if (action != null) {
            json.writeStringField("action", action.wireName());
        }
    }

    static void writeError(JsonGenerator json, WireError error) throws IOException {
        json.writeObjectFieldStart("error");
        json.writeStringField("code", error.code());
        json.writeStringField("field", error.field());
        json.writeStringField("detail", error.detail());
        json.writeEndObject();
    }

    /** Collects the members above, in whatever order they come. */
    static final class Draft {
        private final VerdictDetailsBuilder details = VerdictDetails.of(VerdictCode.ERROR);
        private VerdictCode answer = VerdictCode.ERROR;
        private String limitId = "";
        private @Nullable String reservationId;
        private long reservationExpiresAtMillis;
        private @Nullable String releaseId;
        private @Nullable WireError error;

        /** Reads one member; returns false, and reads nothing, if it is none of these. */
        boolean read(String name, JsonParser json) throws IOException, WireException {
            switch (name) {
                case "verdict" -> answer = answer(Json.text(name, json));
                case "limitId" -> limitId = Json.text(name, json);
                case "retryAfterMillis" -> details.retryAfterMillis(Json.integer(name, json));
                case "delayMillis" -> details.delayMillis(Json.integer(name, json));
                case "rulesetRevision" -> details.rulesetRevision(Json.integer(name, json));
                case "listId" -> details.listId(Json.text(name, json));
                case "tier" -> details.tier(Json.text(name, json));
                case "reasonCode" -> details.reasonCode(Json.text(name, json));
                case "reason" -> details.reason(Json.text(name, json));
                case "decidedAtMillis" -> details.decidedAtMillis(Json.integer(name, json));
                case "replayed" -> details.replayed(Json.flag(name, json));
                case "reservationId" -> reservationId = Json.text(name, json);
                case "reservationExpiresAtMillis" -> reservationExpiresAtMillis = Json.integer(name, json);
                case "releaseId" -> releaseId = Json.text(name, json);
                case "limits" -> details.limits(limitsIn(json));
                case "error" -> error = errorIn(json);
                case "action" -> details.action(ExceedAction.of(Json.text(name, json)));
                case "uncharged" -> details.uncharged(Json.integer(name, json));
                case PenaltyJson.MEMBER -> details.penalty(PenaltyJson.read(json));
                case "tags" -> details.tags(Json.texts(name, json));
                default -> {
                    return false;
                }
            }
            return true;
        }

        private static VerdictCode answer(String text) throws WireException {
            for (VerdictCode answer : VerdictCode.values()) {
                if (answer.wireName().equals(text)) {
                    return answer;
                }
            }
            throw new WireException("verdict", text + " (expected: allow, deny or error)");
        }

        VerdictDetails details() throws WireException {
            if (answer == VerdictCode.ERROR) {
                throw new WireException("verdict", "error or missing (expected: allow or deny)");
            }
            return details(answer);
        }

        /** The details of a record that has no answer of its own. */
        VerdictDetails details(VerdictCode meant) {
            LimitStatus deciding = null;
            for (LimitStatus limit : details.limits()) {
                if (deciding == null && limit.id().equals(limitId)) {
                    deciding = limit;
                }
            }
            return details.code(meant).decidingLimit(deciding).held(held()).build();
        }

        HoldNames held() {
            return new HoldNames(reservationId, reservationExpiresAtMillis, releaseId);
        }

        /** The members that other records have as well. */
        VerdictDetailsBuilder members() {
            return details;
        }

        String tier() {
            return Objects.requireNonNullElse(details.tier(), "");
        }

        @Nullable WireError error() {
            return error;
        }
    }

    private static List<LimitStatus> limitsIn(JsonParser json) throws IOException, WireException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new WireException("limits", "not a list (expected: a list)");
        }
        List<LimitStatus> limits = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            Json.expectObject("limits", json);
            limits.add(limit(json));
        }
        return limits;
    }

    private static LimitStatus limit(JsonParser json) throws IOException, WireException {
        LimitStatusBuilder limit = LimitStatus.of(/* id= */ "", /* scope= */ "");
        Json.fields(json, (name, value) -> {
            switch (name) {
                case "id" -> limit.id(Json.text(name, value));
                case "scope" -> limit.scope(Json.text(name, value));
                case "limit" -> limit.limit(Json.integer(name, value));
                case "remaining" -> limit.remaining(Json.integer(name, value));
                case "windowMillis" -> limit.windowMillis(Json.integer(name, value));
                case "resetAfterMillis" -> limit.resetAfterMillis(Json.integer(name, value));
                case "nextTokenMillis" -> limit.nextTokenMillis(Json.integer(name, value));
                case "retryAfterMillis" -> limit.retryAfterMillis(Json.integer(name, value));
                case "delayMillis" -> limit.delayMillis(Json.integer(name, value));
                case "mode" -> limit.enforced(!Json.text(name, value).equals(SHADOW));
                case "action" -> limit.action(ExceedAction.of(Json.text(name, value)));
                case "cost" -> limit.cost(Json.integer(name, value));
                case "charged" -> limit.charged(Json.integer(name, value));
                case "creditRemaining" -> limit.creditRemaining(Json.integer(name, value));
                case "creditCharged" -> limit.creditCharged(Json.integer(name, value));
                case "debt" -> limit.debt(Json.integer(name, value));
                case "graceRemaining" -> limit.graceRemaining(Json.integer(name, value));
                default -> value.skipChildren();
            }
        });
        return limit.build();
    }

    private static WireError errorIn(JsonParser json) throws IOException, WireException {
        Json.expectObject("error", json);
        String[] texts = {"", "", ""};
        Json.fields(json, (name, value) -> {
            switch (name) {
                case "code" -> texts[0] = Json.text(name, value);
                case "field" -> texts[1] = Json.text(name, value);
                case "detail" -> texts[2] = Json.text(name, value);
                default -> value.skipChildren();
            }
        });
        return new WireError(texts[0], texts[1], texts[2]);
    }
}
