package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.control.AuditEntry;
import java.io.IOException;

/** The members of an audit entry for a change of an account. */
final class AccountAuditJson {
    static final Members.Shape SHAPE = AccountActionJson.SHAPE
            .and(Json::text, "change")
            .and(Json::integer, "granted")
            .and(ProfileJson::read, "before", "after");

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

    static AuditEntry.AccountChanged changed(Members entry) throws WireException {
        Profile before = profile("before", entry);
        Profile after = profile("after", entry);
        return new AuditEntry.AccountChanged(
                entry.text("commandId"),
                AccountActionJson.action(entry.text("change"), entry),
                before,
                after,
                entry.integer("granted"));
    }

    private static Profile profile(String name, Members entry) throws WireException {
        Profile profile = entry.optional(Profile.class, name);
        if (profile == null) {
            throw new WireException(name, "missing (expected: a profile)");
        }
        return profile;
    }
}
