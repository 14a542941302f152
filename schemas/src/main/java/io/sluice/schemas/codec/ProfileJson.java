package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.Profile;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The members of a profile: on the accounts topic, in replies, in the audit trail and over REST. */
public final class ProfileJson {
    private static final String ALLOW = "allow";
    private static final String DENY = "deny";

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
        Profile.Change changed = profile.changed();
        if (changed != null) {
            json.writeObjectFieldStart("changed");
            json.writeNumberField("atMillis", changed.atMillis());
            json.writeStringField("principal", changed.principal());
            json.writeStringField("reason", changed.reason());
            json.writeEndObject();
        }
    }

    /** Writes how long a listing lasts, and what callers are told. */
    static void writeListing(JsonGenerator json, Profile.Listing listing) throws IOException {
        if (listing.untilMillis() != null) {
            json.writeNumberField("untilMillis", listing.untilMillis());
        }
        if (!listing.message().isEmpty()) {
            json.writeStringField("message", listing.message());
        }
    }

    /** Reads the object that the parser stands on. */
    static Profile read(String field, JsonParser json) throws IOException, WireException {
        Json.expectObject(field, json);
        Draft draft = new Draft();
        Json.fields(json, draft::read);
        return draft.profile();
    }

    /** Members as they are read. */
    static final class Draft {
        private String account = "";
        private long version;
        private @Nullable String tier;
        private final Map<String, String> limits = new TreeMap<>();
        private Profile.@Nullable Listing listing;
        private Profile.@Nullable Change changed;

        void read(String name, JsonParser json) throws IOException, WireException {
            switch (name) {
                case "account" -> account = Json.text(name, json);
                case "version" -> version = Json.integer(name, json);
                case "tier" -> tier = Json.text(name, json);
                case "limits" -> {
                    Json.expectObject(name, json);
                    Json.fields(json, (id, value) -> limits.put(id, DocumentTree.textOf("limits." + id, value)));
                }
                case "listing" -> listing = listing(json);
                case "changed" -> changed = changed(json);
                default -> json.skipChildren();
            }
        }

        private static Profile.Listing listing(JsonParser json) throws IOException, WireException {
            Json.expectObject("listing", json);
            String[] texts = {"", ""};
            @Nullable Long[] until = {null};
            Json.fields(json, (name, value) -> {
                switch (name) {
                    case "access" -> texts[0] = Json.text(name, value);
                    case "message" -> texts[1] = Json.text(name, value);
                    case "untilMillis" -> until[0] = Json.integer(name, value);
                    default -> value.skipChildren();
                }
            });
            return new Profile.Listing(texts[0].equals(ALLOW), until[0], texts[1]);
        }

        private static Profile.Change changed(JsonParser json) throws IOException, WireException {
            Json.expectObject("changed", json);
            String[] texts = {"", ""};
            long[] atMillis = {0};
            Json.fields(json, (name, value) -> {
                switch (name) {
                    case "principal" -> texts[0] = Json.text(name, value);
                    case "reason" -> texts[1] = Json.text(name, value);
                    case "atMillis" -> atMillis[0] = Json.integer(name, value);
                    default -> value.skipChildren();
                }
            });
            return new Profile.Change(atMillis[0], texts[0], texts[1]);
        }

        Profile profile() {
            return new Profile(account, version, tier, limits, listing, changed);
        }
    }
}
