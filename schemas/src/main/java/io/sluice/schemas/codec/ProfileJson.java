package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.Profile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The members of a profile: on the accounts topic, in replies, in the audit trail and over REST. */
public final class ProfileJson {
    private static final String ALLOW = "allow";
    private static final String DENY = "deny";
    private static final Members.Shape LISTING =
            Members.Shape.of(Json::text, "access", "message").and(Json::integer, "untilMillis");
    private static final Members.Shape CHANGED =
            Members.Shape.of(Json::text, "principal", "reason").and(Json::integer, "atMillis");
    private static final Members.Shape CREDIT = Members.Shape.of(Json::text, "id", "limit")
            .and(Json::integer, "tokens", "fromMillis", "untilMillis")
            .and(Json::flag, "first")
            .and(Json::texts, "scope");
    static final Members.Shape SHAPE = Members.Shape.of(Json::text, "account", "tier")
            .and(Json::integer, "version")
            .and(ProfileJson::limits, "limits")
            .and(ProfileJson::listing, "listing")
            .and(ProfileJson::changed, "changed")
            .and(ProfileJson::credits, "credits");

    private ProfileJson() {}

    /** Writes the members of a profile into the object that is open. */
    public static void write(JsonGenerator json, Profile profile) throws IOException {
        json.writeStringField("account", profile.account());
        json.writeNumberField("version", profile.version());
        if (profile.tier() != null) {
            json.writeStringField("tier", profile.tier());
        }
        if (!profile.limits().isEmpty()) {
            json.writeObjectFieldStart("limits");
            for (Map.Entry<String, String> limit : profile.limits().entrySet()) {
                json.writeFieldName(limit.getKey());
                json.writeRawValue(limit.getValue());
            }
            json.writeEndObject();
        }
        if (profile.listing() != null) {
            json.writeObjectFieldStart("listing");
            json.writeStringField("access", profile.listing().allow() ? ALLOW : DENY);
            writeListing(json, profile.listing());
            json.writeEndObject();
        }
        if (!profile.credits().isEmpty()) {
            json.writeArrayFieldStart("credits");
            for (Profile.Credit credit : profile.credits()) {
                json.writeStartObject();
                json.writeStringField("id", credit.id());
                writeCredit(json, credit);
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        Profile.Change changed = profile.changed();
        if (changed != null) {
            json.writeObjectFieldStart("changed");
            json.writeNumberField("atMillis", changed.atMillis());
            json.writeStringField("principal", changed.principal());
            json.writeStringField("reason", changed.reason());
            json.writeEndObject();
        }
    }

    /** Writes how long a listing lasts, and its message for callers. */
    static void writeListing(JsonGenerator json, Profile.Listing listing) throws IOException {
        if (listing.untilMillis() != null) {
            json.writeNumberField("untilMillis", listing.untilMillis());
        }
        if (!listing.message().isEmpty()) {
            json.writeStringField("message", listing.message());
        }
    }

    /** Writes the members of a credit, but its name. */
    static void writeCredit(JsonGenerator json, Profile.Credit credit) throws IOException {
        json.writeStringField("limit", credit.limitId());
        if (!credit.scope().isEmpty()) {
            json.writeArrayFieldStart("scope");
            for (String value : credit.scope()) {
                json.writeString(value);
            }
            json.writeEndArray();
        }
        json.writeNumberField("tokens", credit.tokens());
        if (credit.first()) {
            json.writeBooleanField("first", true);
        }
        if (credit.fromMillis() > 0) {
            json.writeNumberField("fromMillis", credit.fromMillis());
        }
        if (credit.untilMillis() != null) {
            json.writeNumberField("untilMillis", credit.untilMillis());
        }
    }

    /** Reads the object at the parser's position. */
    static Profile read(String field, JsonParser json) throws IOException, WireException {
        return profile(SHAPE.read(field, json));
    }

    @SuppressWarnings("unchecked")
    static Profile profile(Members profile) {
        Map<String, String> limits = profile.optional(Map.class, "limits");
        return new Profile(
                profile.text("account"),
                profile.integer("version"),
                profile.optionalText("tier"),
                limits == null ? Map.of() : limits,
                profile.optional(Profile.Listing.class, "listing"),
                profile.optional(Profile.Change.class, "changed"),
                profile.list(Profile.Credit.class, "credits"));
    }

    private static Map<String, String> limits(String field, JsonParser json) throws IOException, WireException {
        Json.expectObject(field, json);
        Map<String, String> limits = new TreeMap<>();
        Json.fields(json, (id, value) -> limits.put(id, DocumentTree.textOf(field + "." + id, value)));
        return limits;
    }

    private static Profile.Listing listing(String field, JsonParser json) throws IOException, WireException {
        Members listing = LISTING.read(field, json);
        return new Profile.Listing(
                listing.text("access").equals(ALLOW), listing.optionalInteger("untilMillis"), listing.text("message"));
    }

    private static List<Profile.Credit> credits(String field, JsonParser json) throws IOException, WireException {
        List<Profile.Credit> credits = new ArrayList<>();
        for (Members credit : CREDIT.readList(field, json)) {
            credits.add(new Profile.Credit(
                    credit.text("id"),
                    credit.text("limit"),
                    credit.list(String.class, "scope"),
                    credit.integer("tokens"),
                    credit.flag("first"),
                    credit.integer("fromMillis"),
                    credit.optionalInteger("untilMillis")));
        }
        return credits;
    }

    private static Profile.Change changed(String field, JsonParser json) throws IOException, WireException {
        Members changed = CHANGED.read(field, json);
        return new Profile.Change(changed.integer("atMillis"), changed.text("principal"), changed.text("reason"));
    }
}
