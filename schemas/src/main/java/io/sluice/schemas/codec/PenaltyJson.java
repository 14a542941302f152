package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.Penalty;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A penalty as a member of verdicts, decisions and REST answers. */
final class PenaltyJson {
    static final String MEMBER = "penalty";

    private static final String SHADOW = "shadow";

    private PenaltyJson() {}

    static void write(JsonGenerator json, @Nullable Penalty penalty) throws IOException {
        if (penalty == null) {
            return;
        }
        json.writeObjectFieldStart(MEMBER);
        json.writeStringField("id", penalty.id());
        if (penalty.clientId() != null) {
            json.writeStringField("clientId", penalty.clientId());
        }
        json.writeStringField("action", penalty.action());
        json.writeNumberField("rung", penalty.rung());
        json.writeNumberField("rungs", penalty.rungs());
        json.writeNumberField("untilMillis", penalty.untilMillis());
        if (penalty.begunBy() != null) {
            json.writeStringField("begunBy", penalty.begunBy());
        }
        if (!penalty.enforced()) {
            json.writeStringField("mode", SHADOW);
        }
        if (penalty.challenge() != null) {
            json.writeStringField("challenge", penalty.challenge());
        }
        json.writeEndObject();
    }

    static Penalty read(JsonParser json) throws IOException, WireException {
        Json.expectObject(MEMBER, json);
        Draft draft = new Draft();
        Json.fields(json, draft::read);
        return draft.penalty();
    }

    /** Collects the members, in whatever order they come. */
    private static final class Draft {
        private String id = "";
        private @Nullable String clientId;
        private String action = "";
        private boolean enforced = true;
        private long rung;
        private long rungs;
        private long untilMillis;
        private @Nullable String begunBy;
        private @Nullable String challenge;

        void read(String name, JsonParser json) throws IOException, WireException {
            switch (name) {
                case "id" -> id = Json.text(name, json);
                case "clientId" -> clientId = Json.text(name, json);
                case "action" -> action = Json.text(name, json);
                case "rung" -> rung = Json.integer(name, json);
                case "rungs" -> rungs = Json.integer(name, json);
                case "untilMillis" -> untilMillis = Json.integer(name, json);
                case "begunBy" -> begunBy = Json.text(name, json);
                case "challenge" -> challenge = Json.text(name, json);
                case "mode" -> enforced = !Json.text(name, json).equals(SHADOW);
                default -> json.skipChildren();
            }
        }

        Penalty penalty() {
            return new Penalty(
                    id, clientId, enforced, (int) rung, (int) rungs, action, untilMillis, begunBy, challenge);
        }
    }
}
