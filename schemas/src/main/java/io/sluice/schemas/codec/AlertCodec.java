package io.sluice.schemas.codec;

import io.sluice.schemas.WireException;
import io.sluice.schemas.alert.ThresholdAlert;

/** The records of the alert topic as JSON; schema {@code alert.v1.json}. */
public final class AlertCodec {
    static final String THRESHOLD = "threshold";
    private static final String SHADOW = "shadow";
    private static final int PER_MILLE_MAX = 1_000;
    private static final Members.Shape SHAPE = Members.Shape.of(
                    Json::text, "type", "decisionId", "account", "limitId", "scope", "mode")
            .and(Json::integer, "thresholdPerMille", "used", "capacity", "rulesetRevision", "decidedAtMillis");

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
        Members alert = SHAPE.read(value);
        if (!alert.text("type").equals(THRESHOLD)) {
            throw new WireException("type", "\"" + alert.text("type") + "\" (expected: " + THRESHOLD + ")");
        }
        return new ThresholdAlert(
                alert.text("decisionId"),
                alert.text("account"),
                alert.text("limitId"),
                alert.text("scope"),
                (int) alert.between("thresholdPerMille", 1, PER_MILLE_MAX),
                alert.integer("used"),
                alert.integer("capacity"),
                !alert.text("mode").equals(SHADOW),
                alert.integer("rulesetRevision"),
                alert.integer("decidedAtMillis"));
    }
}
