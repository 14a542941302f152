package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.alert.ThresholdAlert;
import java.io.IOException;

/** The records of the alert topic as JSON; schema {@code alert.v1.json}. */
public final class AlertCodec {
    static final String THRESHOLD = "threshold";
    private static final String SHADOW = "shadow";
    private static final int PER_MILLE_MAX = 1_000;

    private AlertCodec() {}

    public static byte[] encode(ThresholdAlert alert) {
        return Json.written(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            json.writeStringField("type", THRESHOLD);
            json.writeStringField("decisionId", alert.decisionId());
            json.writeStringField("account", alert.account());
            json.writeStringField("limitId", alert.limitId());
            json.writeStringField("scope", alert.scope());
            json.writeNumberField("thresholdPerMille", alert.thresholdPerMille());
            json.writeNumberField("used", alert.used());
            json.writeNumberField("capacity", alert.capacity());
            if (!alert.enforced()) {
                json.writeStringField("mode", SHADOW);
            }
            json.writeNumberField("rulesetRevision", alert.rulesetRevision());
            json.writeNumberField("decidedAtMillis", alert.decidedAtMillis());
        });
    }

    public static ThresholdAlert decode(byte[] value) throws WireException {
        Draft draft = new Draft();
        try (JsonParser json = Json.parser(value)) {
            json.nextToken();
            Json.expectObject("", json);
            Json.fields(json, draft::read);
        } catch (IOException e) {
            throw Json.notJson(e);
        }
        return draft.alert();
    }

    private static final class Draft {
        private String type = "";
        private String decisionId = "";
        private String account = "";
        private String limitId = "";
        private String scope = "";
        private String mode = "";
        private long thresholdPerMille;
        private long used;
        private long capacity;
        private long rulesetRevision;
        private long decidedAtMillis;

        void read(String name, JsonParser json) throws IOException, WireException {
            switch (name) {
                case "type" -> type = Json.text(name, json);
                case "decisionId" -> decisionId = Json.text(name, json);
                case "account" -> account = Json.text(name, json);
                case "limitId" -> limitId = Json.text(name, json);
                case "scope" -> scope = Json.text(name, json);
                case "mode" -> mode = Json.text(name, json);
                case "thresholdPerMille" -> thresholdPerMille = Json.integer(name, json);
                case "used" -> used = Json.integer(name, json);
                case "capacity" -> capacity = Json.integer(name, json);
                case "rulesetRevision" -> rulesetRevision = Json.integer(name, json);
                case "decidedAtMillis" -> decidedAtMillis = Json.integer(name, json);
                default -> json.skipChildren();
            }
        }

        ThresholdAlert alert() throws WireException {
            if (!type.equals(THRESHOLD)) {
                throw new WireException("type", "\"" + type + "\" (expected: " + THRESHOLD + ")");
            }
            if (thresholdPerMille < 1 || thresholdPerMille > PER_MILLE_MAX) {
                throw new WireException(
                        "thresholdPerMille", thresholdPerMille + " (expected: 1.." + PER_MILLE_MAX + ")");
            }
            return new ThresholdAlert(
                    decisionId,
                    account,
                    limitId,
                    scope,
                    (int) thresholdPerMille,
                    used,
                    capacity,
                    !mode.equals(SHADOW),
                    rulesetRevision,
                    decidedAtMillis);
        }
    }
}
