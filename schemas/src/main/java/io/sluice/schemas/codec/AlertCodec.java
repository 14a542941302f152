package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.schemas.WireException;
import io.sluice.schemas.alert.Alert;
import io.sluice.schemas.alert.BurnRateAlert;
import io.sluice.schemas.alert.SpikeAlert;
import io.sluice.schemas.alert.ThresholdAlert;
import java.io.IOException;

/** The records of the alert topic as JSON; schema {@code alert.v1.json}. */
public final class AlertCodec {
    static final String THRESHOLD = "threshold";
    static final String SPIKE = "spike";
    static final String BURN_RATE = "burn-rate";
    private static final String SHADOW = "shadow";
    private static final int PER_MILLE_MAX = 10_000;
    private static final Members.Shape SHAPE = Members.Shape.of(
                    Json::text, "type", "decisionId", "account", "limitId", "scope", "mode")
            .and(Json::integer, "thresholdPerMille", "used", "capacity", "rulesetRevision", "decidedAtMillis")
            .and(Json::integer, "fromMillis", "bucketMillis", "requests", "refused")
            .and(Json::integer, "usualRequests", "usualDeviation", "usualBuckets")
            .and(Json::integer, "limit", "remaining", "windowMillis", "chargedLastHour", "chargedLastFiveMinutes")
            .and(Json::integer, "emptyAtMillis", "fullAtMillis");

    private AlertCodec() {}

    public static byte[] encode(Alert alert) {
        return Json.written(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            if (alert instanceof ThresholdAlert threshold) {
                write(json, threshold);
            } else if (alert instanceof SpikeAlert spike) {
                write(json, spike);
            } else {
                write(json, (BurnRateAlert) alert);
            }
            json.writeNumberField("decidedAtMillis", alert.decidedAtMillis());
        });
    }

    private static void write(JsonGenerator json, ThresholdAlert alert) throws IOException {
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
    }

    private static void write(JsonGenerator json, SpikeAlert alert) throws IOException {
        json.writeStringField("type", SPIKE);
        json.writeStringField("account", alert.account());
        if (!alert.limitId().isEmpty()) {
            json.writeStringField("limitId", alert.limitId());
        }
        json.writeNumberField("fromMillis", alert.fromMillis());
        json.writeNumberField("bucketMillis", alert.bucketMillis());
        json.writeNumberField("requests", alert.requests());
        json.writeNumberField("refused", alert.refused());
        json.writeNumberField("usualRequests", alert.usualRequests());
        json.writeNumberField("usualDeviation", alert.usualDeviation());
        json.writeNumberField("usualBuckets", alert.usualBuckets());
    }

    private static void write(JsonGenerator json, BurnRateAlert alert) throws IOException {
        json.writeStringField("type", BURN_RATE);
        json.writeStringField("account", alert.account());
        json.writeStringField("limitId", alert.limitId());
        json.writeNumberField("limit", alert.limit());
        json.writeNumberField("remaining", alert.remaining());
        json.writeNumberField("windowMillis", alert.windowMillis());
        json.writeNumberField("chargedLastHour", alert.chargedLastHour());
        json.writeNumberField("chargedLastFiveMinutes", alert.chargedLastFiveMinutes());
        json.writeNumberField("emptyAtMillis", alert.emptyAtMillis());
        json.writeNumberField("fullAtMillis", alert.fullAtMillis());
    }

    public static Alert decode(byte[] value) throws WireException {
        Members alert = SHAPE.read(value);
        return switch (alert.text("type")) {
            case THRESHOLD -> threshold(alert);
            case SPIKE -> spike(alert);
            case BURN_RATE -> burnRate(alert);
            default ->
                throw new WireException(
                        "type", "\"" + alert.text("type") + "\" (expected: threshold, spike or burn-rate)");
        };
    }

    private static ThresholdAlert threshold(Members alert) throws WireException {
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

    private static BurnRateAlert burnRate(Members alert) throws WireException {
        return new BurnRateAlert(
                alert.text("account"),
                alert.text("limitId"),
                alert.integer("limit"),
                alert.integer("remaining"),
                alert.integer("windowMillis"),
                alert.integer("chargedLastHour"),
                alert.integer("chargedLastFiveMinutes"),
                alert.integer("emptyAtMillis"),
                alert.integer("fullAtMillis"),
                alert.integer("decidedAtMillis"));
    }

    private static SpikeAlert spike(Members alert) throws WireException {
        return new SpikeAlert(
                alert.text("account"),
                alert.text("limitId"),
                alert.integer("fromMillis"),
                alert.integer("bucketMillis"),
                alert.integer("requests"),
                alert.integer("refused"),
                alert.integer("usualRequests"),
                alert.integer("usualDeviation"),
                (int) alert.between("usualBuckets", 1, Integer.MAX_VALUE),
                alert.integer("decidedAtMillis"));
    }
}
