package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.control.AuditEntry;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The members of an audit entry that tells of a change of an account. */
final class AccountAuditJson {
    private AccountAuditJson() {}

    static void write(JsonGenerator json, AuditEntry.AccountChanged changed) throws IOException {
        json.writeStringField("commandId", changed.commandId());
        json.writeStringField("account", changed.after().account());
        json.writeStringField("change", AccountActionJson.nameOf(changed.change()));
        AccountActionJson.write(json, changed.change());
        if (changed.granted() > 0) {
            json.writeNumberField("granted", changed.granted());
        }
        writeProfile(json, "before", changed.before());
        writeProfile(json, "after", changed.after());
    }

    private static void writeProfile(JsonGenerator json, String name, Profile profile) throws IOException {
        json.writeObjectFieldStart(name);
        ProfileJson.write(json, profile);
        json.writeEndObject();
    }

    /** Members as they are read. */
    static final class Draft {
        private final AccountActionJson.Draft action = new AccountActionJson.Draft();
        private String change = "";
        private long granted;
        private @Nullable Profile before;
        private @Nullable Profile after;

        /** Reads a member; false if it is none of these. */
        boolean read(String name, JsonParser json) throws IOException, WireException {
            switch (name) {
                case "change" -> change = Json.text(name, json);
                case "granted" -> granted = Json.integer(name, json);
                case "before" -> before = ProfileJson.read(name, json);
                case "after" -> after = ProfileJson.read(name, json);
                default -> {
                    return action.read(name, json);
                }
            }
            return true;
        }

        AuditEntry.AccountChanged changed(String commandId) throws WireException {
            if (before == null || after == null) {
                throw new WireException(before == null ? "before" : "after", "missing (expected: a profile)");
            }
            return new AuditEntry.AccountChanged(commandId, action.action(change), before, after, granted);
        }
    }
}
