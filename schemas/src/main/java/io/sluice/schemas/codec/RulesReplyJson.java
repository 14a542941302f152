package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.RulesReply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The members of a rules writer's reply. */
final class RulesReplyJson {
    private static final String ACCEPTED = "accepted";
    private static final String REFUSED = "refused";

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
        private String outcome = "";
        private String code = "";
        private String detail = "";
        private long sequence;
        private @Nullable Long proposalId;
        private @Nullable Long revision;
        private final List<RulesReply.Problem> problems = new ArrayList<>();

        void outcome(String word) {
            outcome = word;
        }

        /** Reads a member; false if it is none of these. */
        boolean read(String name, JsonParser json) throws IOException, WireException {
            switch (name) {
                case "code" -> code = Json.text(name, json);
                case "detail" -> detail = Json.text(name, json);
                case "sequence" -> sequence = Json.integer(name, json);
                case "proposalId" -> proposalId = Json.integer(name, json);
                case "revision" -> revision = Json.integer(name, json);
                case "problems" -> readProblems(json);
                default -> {
                    return false;
                }
            }
            return true;
        }

        private void readProblems(JsonParser json) throws IOException, WireException {
            if (json.currentToken() != JsonToken.START_ARRAY) {
                throw new WireException("problems", "not a list (expected: a list)");
            }
            while (json.nextToken() != JsonToken.END_ARRAY) {
                Json.expectObject("problems", json);
                String[] texts = {"", ""};
                Json.fields(json, (name, value) -> {
                    switch (name) {
                        case "field" -> texts[0] = Json.text(name, value);
                        case "detail" -> texts[1] = Json.text(name, value);
                        default -> value.skipChildren();
                    }
                });
                problems.add(new RulesReply.Problem(texts[0], texts[1]));
            }
        }

        RulesReply.Outcome outcome() throws WireException {
            return switch (outcome) {
                case ACCEPTED -> new RulesReply.Accepted(sequence, proposalId, revision);
                case REFUSED -> new RulesReply.Refused(code, detail, problems);
                default -> throw new WireException("outcome", outcome + " (expected: accepted or refused)");
            };
        }
    }
}
