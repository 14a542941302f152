package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.RulesReply;
import java.io.IOException;

/** The members of a rules writer's reply. */
final class RulesReplyJson {
    private static final String ACCEPTED = "accepted";
    private static final String REFUSED = "refused";
    private static final Members.Shape PROBLEM = Members.Shape.of(Json::text, "field", "detail");
    private static final Members.Shape SHAPE = Members.Shape.of(Json::text, "code", "detail")
            .and(Json::integer, "sequence", "proposalId", "revision")
            .and(PROBLEM::readList, "problems");

    private RulesReplyJson() {}

    static void write(JsonGenerator json, RulesReply.Outcome outcome) throws IOException {
        if (outcome instanceof RulesReply.Accepted accepted) {
            json.writeStringField("outcome", ACCEPTED);
            json.writeNumberField("sequence", accepted.sequence());
            if (accepted.proposalId() != null) {
                json.writeNumberField("proposalId", accepted.proposalId());
            }
            if (accepted.revision() != null) {
                json.writeNumberField("revision", accepted.revision());
            }
        } else if (outcome instanceof RulesReply.Refused refused) {
            json.writeStringField("outcome", REFUSED);
            json.writeStringField("code", refused.code());
            json.writeStringField("detail", refused.detail());
            json.writeArrayFieldStart("problems");
            for (RulesReply.Problem problem : refused.problems()) {
                json.writeStartObject();
                json.writeStringField("field", problem.field());
                json.writeStringField("detail", problem.detail());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
    }

    /** Members as they are read. */
    static final class Draft {
        private final Members members = SHAPE.begin();
        private String outcome = "";

        void outcome(String word) {
            outcome = word;
        }

        /** Reads a member; returns false if it is none of these. */
        boolean read(String name, JsonParser json) throws IOException, WireException {
            return members.read(name, json);
        }

        RulesReply.Outcome outcome() throws WireException {
            return switch (outcome) {
                case ACCEPTED ->
                    new RulesReply.Accepted(
                            members.integer("sequence"),
                            members.optionalInteger("proposalId"),
                            members.optionalInteger("revision"));
                case REFUSED ->
                    new RulesReply.Refused(
                            members.text("code"),
                            members.text("detail"),
                            members.list(Members.class, "problems").stream()
                                    .map(problem ->
                                            new RulesReply.Problem(problem.text("field"), problem.text("detail")))
                                    .toList());
                default -> throw new WireException("outcome", outcome + " (expected: accepted or refused)");
            };
        }
    }
}
