package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.schemas.WireException;
import io.sluice.schemas.control.AuditEntry;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The members of an audit entry for a penalty that began or ended. */
final class PenaltyAuditJson {
    private static final String SHADOW = "shadow";

    static final Members.Shape SHAPE = AccountAuditJson.SHAPE
            .and(Json::text, "account", "clientId", "penalty", "effect", "mode", "begunBy")
            .and(Json::integer, "rung");

    private PenaltyAuditJson() {}

    static void write(JsonGenerator json, AuditEntry.PenaltyChanged changed) throws IOException {
        json.writeStringField("account", changed.account());
        if (changed.clientId() != null) {
            json.writeStringField("clientId", changed.clientId());
        }
        json.writeStringField("penalty", changed.penaltyId());
        if (changed.effect() != null) {
            json.writeStringField("effect", changed.effect());
        }
        json.writeNumberField("rung", changed.rung());
        json.writeNumberField("untilMillis", changed.untilMillis());
        if (!changed.enforced()) {
            json.writeStringField("mode", SHADOW);
        }
    }

    static void write(JsonGenerator json, AuditEntry.PenaltyLifted lifted) throws IOException {
        json.writeStringField("commandId", lifted.commandId());
        json.writeStringField("account", lifted.account());
        if (lifted.clientId() != null) {
            json.writeStringField("clientId", lifted.clientId());
        }
        json.writeStringField("penalty", lifted.penaltyId());
        json.writeNumberField("rung", lifted.rung());
        json.writeStringField("begunBy", lifted.begunBy());
    }

    static AuditEntry.PenaltyLifted lifted(Members entry) throws WireException {
        return new AuditEntry.PenaltyLifted(
                entry.text("commandId"),
                entry.text("account"),
                entry.optionalText("clientId"),
                entry.text("penalty"),
                entry.integer("rung"),
                entry.text("begunBy"));
    }

    static AuditEntry.PenaltyChanged started(Members entry) throws WireException {
        String effect = entry.optionalText("effect");
        if (effect == null) {
            throw new WireException("effect", "missing (expected: what the penalty does)");
        }
        return changed(entry, effect);
    }

    static AuditEntry.PenaltyChanged ended(Members entry) throws WireException {
        return changed(entry, /* effect= */ null);
    }

    private static AuditEntry.PenaltyChanged changed(Members entry, @Nullable String effect) throws WireException {
        return new AuditEntry.PenaltyChanged(
                entry.text("account"),
                entry.optionalText("clientId"),
                entry.text("penalty"),
                effect,
                entry.integer("rung"),
                entry.integer("untilMillis"),
                !SHADOW.equals(entry.optionalText("mode")));
    }
}
