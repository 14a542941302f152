package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.request.ReplyAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A command to the rules writer as JSON: the payload of a control record; schema {@code rules-command.v1.json}. */
public final class ControlCommandCodec {
    private static final String KIND = "rules-command";

    private static final List<String> COMMON_MEMBERS =
            List.of("v", "kind", "commandId", "principal", "reason", "action", "reply");
    private static final List<String> ALL_MEMBERS = List.of("expectedRevision", "proposalId", "revision", "document");
    private static final Map<String, List<String>> MEMBERS = Map.of(
            "propose", List.of("expectedRevision", "document"),
            "approve", List.of("proposalId"),
            "reject", List.of("proposalId"),
            "activate", List.of("proposalId", "expectedRevision"),
            "roll-back", List.of("revision", "expectedRevision"));

    private ControlCommandCodec() {}

    /** The JSON text that is signed. */
    public static String encode(ControlCommand command) {
        return new String(
                Json.written(json -> {
                    json.writeNumberField("v", Json.FORMAT_VERSION);
                    // Keeps a signed command from passing for an activation, and the other way round.
                    json.writeStringField("kind", KIND);
                    json.writeStringField("commandId", command.commandId());
                    json.writeStringField("principal", command.principal());
                    json.writeStringField("reason", command.reason());
                    writeStep(json, command.step());
                    RequestCodec.writeReply(json, command.reply());
                }),
                StandardCharsets.UTF_8);
    }

    private static void writeStep(JsonGenerator json, ControlCommand.Step step) throws IOException {
        if (step instanceof ControlCommand.Propose propose) {
            json.writeStringField("action", "propose");
            json.writeNumberField("expectedRevision", propose.expectedRevision());
            json.writeStringField("document", propose.documentJson());
        } else if (step instanceof ControlCommand.Approve approve) {
            json.writeStringField("action", "approve");
            json.writeNumberField("proposalId", approve.proposalId());
        } else if (step instanceof ControlCommand.Reject reject) {
            json.writeStringField("action", "reject");
            json.writeNumberField("proposalId", reject.proposalId());
        } else if (step instanceof ControlCommand.Activate activate) {
            json.writeStringField("action", "activate");
            json.writeNumberField("proposalId", activate.proposalId());
            json.writeNumberField("expectedRevision", activate.expectedRevision());
        } else if (step instanceof ControlCommand.RollBack rollBack) {
            json.writeStringField("action", "roll-back");
            json.writeNumberField("revision", rollBack.toRevision());
            json.writeNumberField("expectedRevision", rollBack.expectedRevision());
        }
    }

    public static ControlCommand decode(String payload) throws WireException {
        Draft draft = new Draft();
        Set<String> given = Json.namedFields(payload, draft::read);
        return draft.command(given);
    }

    private static void checkMembers(String action, Set<String> given) throws WireException {
        List<String> names = new ArrayList<>(COMMON_MEMBERS);
        // Of an action that there is not, it is enough to say so.
        names.addAll(MEMBERS.getOrDefault(action, ALL_MEMBERS));
        MemberNames.of(names).check(given);
    }

    static void filled(String field, String text, int charsMax) throws WireException {
        if (text.isBlank() || text.length() > charsMax) {
            throw new WireException(
                    field,
                    (text.isBlank() ? "blank" : text.length() + " characters") + " (expected: 1.." + charsMax
                            + " characters)");
        }
    }

    private static final class Draft {
        private long version;
        private String kind = "";
        private String commandId = "";
        private String principal = "";
        private String reason = "";
        private String action = "";
        private long expectedRevision = -1;
        private long proposalId;
        private long revision;
        private @Nullable String document;
        private @Nullable ReplyAddress reply;

        void read(String name, JsonParser json) throws IOException, WireException {
            switch (name) {
                case "v" -> version = Json.integer(name, json);
                case "kind" -> kind = Json.text(name, json);
                case "commandId" -> commandId = Json.text(name, json);
                case "principal" -> principal = Json.text(name, json);
                case "reason" -> reason = Json.text(name, json);
                case "action" -> action = Json.text(name, json);
                case "expectedRevision" -> expectedRevision = Json.integer(name, json);
                case "proposalId" -> proposalId = Json.integer(name, json);
                case "revision" -> revision = Json.integer(name, json);
                case "document" -> document = Json.text(name, json);
                case "reply" -> reply = RequestDraft.replyAddress(json);
                default -> json.skipChildren();
            }
        }

        ControlCommand command(Set<String> given) throws WireException {
            if (version != Json.FORMAT_VERSION) {
                throw new WireException("v", version + " (expected: " + Json.FORMAT_VERSION + ")");
            }
            if (!kind.equals(KIND)) {
                throw new WireException("kind", "unknown (expected: " + KIND + ")");
            }
            checkMembers(action, given);
            filled("commandId", commandId, ControlCommand.COMMAND_ID_CHARS_MAX);
            filled("principal", principal, ControlCommand.PRINCIPAL_CHARS_MAX);
            filled("reason", reason, ControlCommand.REASON_CHARS_MAX);
            return new ControlCommand(commandId, principal, reason, step(), reply);
        }

        private ControlCommand.Step step() throws WireException {
            return switch (action) {
                case "propose" -> new ControlCommand.Propose(expectedRevision(), document());
                case "approve" -> new ControlCommand.Approve(atLeastOne("proposalId", proposalId));
                case "reject" -> new ControlCommand.Reject(atLeastOne("proposalId", proposalId));
                case "activate" ->
                    new ControlCommand.Activate(atLeastOne("proposalId", proposalId), expectedRevision());
                case "roll-back" -> new ControlCommand.RollBack(atLeastOne("revision", revision), expectedRevision());
                default ->
                    throw new WireException(
                            "action", "unknown (expected: propose, approve, reject, activate or roll-back)");
            };
        }

        private long expectedRevision() throws WireException {
            if (expectedRevision < 0) {
                throw new WireException("expectedRevision", "missing or negative (expected: at least 0)");
            }
            return expectedRevision;
        }

        private String document() throws WireException {
            if (document == null) {
                throw new WireException("document", "missing (expected: a ruleset document as JSON text)");
            }
            if (document.length() > RulesetActivation.DOCUMENT_CHARS_MAX) {
                throw new WireException(
                        "document",
                        document.length() + " characters (expected: at most " + RulesetActivation.DOCUMENT_CHARS_MAX
                                + ")");
            }
            return document;
        }

        private static long atLeastOne(String field, long number) throws WireException {
            if (number < 1) {
                throw new WireException(field, number + " (expected: at least 1)");
            }
            return number;
        }
    }
}
