package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.reply.RulesReply;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The members of a reply with a profile; a refusal has the same members as a rules writer's. */
public final class ProfileReplyJson {
    static final String TYPE = "profile";
    private static final String SHOWN = "shown";
    private static final Members.Shape SHAPE = Members.Shape.of(ProfileJson::read, "profile")
            .and(Json::flag, "changed")
            .and(Json::integer, "granted")
            .and(ProfileReplyJson::creditsLeft, "creditsLeft");

    private ProfileReplyJson() {}

    static void write(JsonGenerator json, ProfileReply.Outcome outcome) throws IOException {
        if (outcome instanceof ProfileReply.Shown shown) {
            json.writeStringField("outcome", SHOWN);
            json.writeBooleanField("changed", shown.changed());
            if (shown.granted() > 0) {
                json.writeNumberField("granted", shown.granted());
            }
            json.writeStringField("tier", shown.tier());
            json.writeNumberField("decidedAtMillis", shown.decidedAtMillis());
            json.writeNumberField("rulesetRevision", shown.rulesetRevision());
            json.writeObjectFieldStart("profile");
            ProfileJson.write(json, shown.profile());
            json.writeEndObject();
            writeCreditsLeft(json, shown);
        } else if (outcome instanceof ProfileReply.Refused refused) {
            RulesReplyJson.write(json, refused.refusal());
        }
    }

    /** Writes what is left of credits into the object that is open, if there are any. */
    public static void writeCreditsLeft(JsonGenerator json, ProfileReply.Shown shown) throws IOException {
        if (!shown.creditsLeft().isEmpty()) {
            json.writeObjectFieldStart("creditsLeft");
            for (Map.Entry<String, Long> left : shown.creditsLeft().entrySet()) {
                json.writeNumberField(left.getKey(), left.getValue());
            }
            json.writeEndObject();
        }
    }

    private static Map<String, Long> creditsLeft(String field, JsonParser json) throws IOException, WireException {
        Json.expectObject(field, json);
        Map<String, Long> left = new LinkedHashMap<>();
        Json.fields(json, (id, value) -> left.put(id, Json.integer(field + "." + id, value)));
        return left;
    }

    /** Members as they are read; those shared with a decided admission are in its draft. */
    static final class Draft {
        private final VerdictDetailsJson.Draft details;
        private final RulesReplyJson.Draft rules;
        private final Members members = SHAPE.begin();
        private String outcome = "";

        Draft(VerdictDetailsJson.Draft details, RulesReplyJson.Draft rules) {
            this.details = details;
            this.rules = rules;
        }

        void outcome(String word) {
            outcome = word;
        }

        /** Reads a member; returns false if it is none of these. */
        boolean read(String name, JsonParser json) throws IOException, WireException {
            return members.read(name, json);
        }

        @SuppressWarnings("unchecked")
        private Map<String, Long> creditsLeft() {
            Map<String, Long> left = members.optional(Map.class, "creditsLeft");
            return left == null ? Map.of() : left;
        }

        ProfileReply.Outcome outcome() throws WireException {
            Profile profile = members.optional(Profile.class, "profile");
            if (outcome.equals(SHOWN) && profile != null) {
                return new ProfileReply.Shown(
                        profile,
                        details.tier(),
                        details.members().decidedAtMillis(),
                        details.members().rulesetRevision(),
                        members.flag("changed"),
                        members.integer("granted"),
                        creditsLeft());
            }
            if (rules.outcome() instanceof RulesReply.Refused refused) {
                return new ProfileReply.Refused(refused);
            }
            throw new WireException("outcome", outcome + " (expected: shown or refused)");
        }
    }
}
