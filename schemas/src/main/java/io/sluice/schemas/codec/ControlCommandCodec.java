package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.schemas.WireException;
import io.sluice.schemas.control.AccessSnapshot;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.request.ReplyAddress;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A command to the rules writer as JSON: the payload of a control record; schema {@code rules-command.v1.json}. */
public final class ControlCommandCodec {
    private static final String KIND = "rules-command";

    private static final List<String> COMMON_MEMBERS =
            List.of("v", "kind", "commandId", "principal", "reason", "action", "reply");
    private static final List<String> ALL_MEMBERS = List.of(
            "expectedRevision",
            "proposalId",
            "revision",
            DocumentMember.TEXT,
            DocumentMember.PACKED,
            "expectedVersion",
            "entry",
            "entryId");
    private static final Map<String, List<String>> MEMBERS = Map.of(
            "propose", List.of("expectedRevision", DocumentMember.TEXT, DocumentMember.PACKED),
            "approve", List.of("proposalId"),
            "reject", List.of("proposalId"),
            "activate", List.of("proposalId", "expectedRevision"),
            "roll-back", List.of("revision", "expectedRevision"),
            "add-access", List.of("expectedVersion", "entry"),
            "remove-access", List.of("entryId"));
    private static final Members.Shape SHAPE = Members.Shape.of(
                    Json::text, "kind", "commandId", "principal", "reason", "action", "entry")
            .and(Json::text, DocumentMember.TEXT, DocumentMember.PACKED)
            .and(Json::integer, "v", "expectedRevision", "expectedVersion", "proposalId", "revision", "entryId")
            .and((name, json) -> RequestDraft.replyAddress(json), "reply");

    private ControlCommandCodec() {}

    /** The JSON text to sign. */
    public static String encode(ControlCommand command) {
        return Json.writtenText(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            // Prevents that a signed command is accepted as an activation, or the reverse.
            json.writeStringField("kind", KIND);
            json.writeStringField("commandId", command.commandId());
            json.writeStringField("principal", command.principal());
            json.writeStringField("reason", command.reason());
            writeStep(json, command.step());
            RequestCodec.writeReply(json, command.reply());
        });
    }

    private static void writeStep(JsonGenerator json, ControlCommand.Step step) throws IOException {
        if (step instanceof ControlCommand.Propose propose) {
            json.writeStringField("action", "propose");
            json.writeNumberField("expectedRevision", propose.expectedRevision());
            DocumentMember.write(json, propose.documentJson());
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
        } else if (step instanceof ControlCommand.AddAccess add) {
            json.writeStringField("action", "add-access");
            json.writeNumberField("expectedVersion", add.expectedVersion());
            json.writeStringField("entry", add.entryJson());
        } else if (step instanceof ControlCommand.RemoveAccess remove) {
            json.writeStringField("action", "remove-access");
            json.writeNumberField("entryId", remove.entryId());
        }
    }

    public static ControlCommand decode(String payload) throws WireException {
        Members command = SHAPE.readStrictly(payload).ofKind(KIND);
        // If the action does not exist, report only that.
        command.expectOnly(COMMON_MEMBERS, MEMBERS.getOrDefault(command.text("action"), ALL_MEMBERS));
        return new ControlCommand(
                command.filled("commandId", ControlCommand.COMMAND_ID_CHARS_MAX),
                command.filled("principal", ControlCommand.PRINCIPAL_CHARS_MAX),
                command.filled("reason", ControlCommand.REASON_CHARS_MAX),
                step(command),
                command.optional(ReplyAddress.class, "reply"));
    }

    private static ControlCommand.Step step(Members command) throws WireException {
        return switch (command.text("action")) {
            case "propose" -> new ControlCommand.Propose(command.seen("expectedRevision"), document(command));
            case "approve" -> new ControlCommand.Approve(named("proposalId", command));
            case "reject" -> new ControlCommand.Reject(named("proposalId", command));
            case "activate" ->
                new ControlCommand.Activate(named("proposalId", command), command.seen("expectedRevision"));
            case "roll-back" ->
                new ControlCommand.RollBack(named("revision", command), command.seen("expectedRevision"));
            case "add-access" ->
                new ControlCommand.AddAccess(
                        command.seen("expectedVersion"), command.filled("entry", AccessSnapshot.ENTRY_CHARS_MAX));
            case "remove-access" -> new ControlCommand.RemoveAccess(named("entryId", command));
            default ->
                throw new WireException(
                        "action",
                        "unknown (expected: propose, approve, reject, activate, roll-back, add-access or"
                                + " remove-access)");
        };
    }

    private static long named(String field, Members command) throws WireException {
        return command.between(field, 1, Long.MAX_VALUE);
    }

    private static String document(Members command) throws WireException {
        String document = DocumentMember.read(command);
        if (document == null) {
            throw new WireException(DocumentMember.TEXT, "missing (expected: a ruleset document as JSON text)");
        }
        if (document.length() > RulesetActivation.DOCUMENT_CHARS_MAX) {
            throw new WireException(
                    DocumentMember.TEXT,
                    document.length() + " characters (expected: at most " + RulesetActivation.DOCUMENT_CHARS_MAX + ")");
        }
        return document;
    }
}
