package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.schemas.WireException;
import io.sluice.schemas.control.AuditEntry;
import java.io.IOException;

/** The records of the audit topic as JSON; schema {@code audit.v1.json}. */
public final class AuditCodec {
    private static final Members.Shape SHAPE = PenaltyAuditJson.SHAPE
            .and(Json::text, "principal", "reason", "action", "commandId", "entry")
            .and(Json::text, DocumentMember.TEXT, DocumentMember.PACKED)
            .and(Json::integer, "v", "sequence", "atMillis", "proposalId", "baseRevision", "fromRevision", "revision")
            .and(Json::integer, "entryId", "version", "untilMillis");

    private AuditCodec() {}

    public static byte[] encode(AuditEntry entry) {
        return Json.written(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            json.writeNumberField("sequence", entry.sequence());
            json.writeNumberField("atMillis", entry.atMillis());
            json.writeStringField("principal", entry.principal());
            json.writeStringField("reason", entry.reason());
            json.writeStringField("action", entry.action().wireName());
            writeAction(json, entry.action());
        });
    }

    private static void writeAction(JsonGenerator json, AuditEntry.Action action) throws IOException {
        if (action instanceof AuditEntry.Proposed proposed) {
            json.writeNumberField("proposalId", proposed.proposalId());
            json.writeStringField("commandId", proposed.commandId());
            json.writeNumberField("baseRevision", proposed.baseRevision());
            DocumentMember.write(json, proposed.documentJson());
        } else if (action instanceof AuditEntry.Approved approved) {
            json.writeNumberField("proposalId", approved.proposalId());
        } else if (action instanceof AuditEntry.Rejected rejected) {
            json.writeNumberField("proposalId", rejected.proposalId());
        } else if (action instanceof AuditEntry.PenaltyChanged changed) {
            PenaltyAuditJson.write(json, changed);
        } else if (action instanceof AuditEntry.PenaltyLifted lifted) {
            PenaltyAuditJson.write(json, lifted);
        } else if (action instanceof AuditEntry.AccountChanged changed) {
            AccountAuditJson.write(json, changed);
        } else if (action instanceof AuditEntry.AccessAdded added) {
            json.writeNumberField("entryId", added.entryId());
            json.writeStringField("commandId", added.commandId());
            json.writeStringField("entry", added.entryJson());
            json.writeNumberField("untilMillis", added.untilMillis());
        } else if (action instanceof AuditEntry.AccessRemoved removed) {
            json.writeNumberField("entryId", removed.entryId());
            json.writeNumberField("version", removed.version());
        } else if (action instanceof AuditEntry.InForce inForce) {
            if (inForce instanceof AuditEntry.Activated activated) {
                json.writeNumberField("proposalId", activated.proposalId());
            } else if (inForce instanceof AuditEntry.RolledBack rolledBack) {
                json.writeNumberField("fromRevision", rolledBack.fromRevision());
            }
            json.writeNumberField("revision", inForce.revision());
            DocumentMember.write(json, inForce.documentJson());
        }
    }

    public static AuditEntry decode(byte[] value) throws WireException {
        Members entry = SHAPE.read(value).ofThisVersion();
        return new AuditEntry(
                entry.integer("sequence"),
                entry.integer("atMillis"),
                entry.text("principal"),
                entry.text("reason"),
                action(entry));
    }

    private static AuditEntry.Action action(Members entry) throws WireException {
        long proposalId = entry.integer("proposalId");
        long revision = entry.integer("revision");
        String written = DocumentMember.read(entry);
        String document = written == null ? "" : written;
        return switch (entry.text("action")) {
            case AuditEntry.Proposed.NAME ->
                new AuditEntry.Proposed(proposalId, entry.text("commandId"), entry.integer("baseRevision"), document);
            case AuditEntry.Approved.NAME -> new AuditEntry.Approved(proposalId);
            case AuditEntry.Rejected.NAME -> new AuditEntry.Rejected(proposalId);
            case AuditEntry.Activated.NAME -> new AuditEntry.Activated(proposalId, revision, document);
            case AuditEntry.RolledBack.NAME ->
                new AuditEntry.RolledBack(entry.integer("fromRevision"), revision, document);
            case AuditEntry.PenaltyChanged.STARTED -> PenaltyAuditJson.started(entry);
            case AuditEntry.PenaltyChanged.ENDED -> PenaltyAuditJson.ended(entry);
            case AuditEntry.PenaltyLifted.NAME -> PenaltyAuditJson.lifted(entry);
            case AuditEntry.AccessAdded.NAME ->
                new AuditEntry.AccessAdded(
                        entry.integer("entryId"),
                        entry.text("commandId"),
                        entry.text("entry"),
                        entry.integer("untilMillis"));
            case AuditEntry.AccessRemoved.NAME ->
                new AuditEntry.AccessRemoved(entry.integer("entryId"), entry.integer("version"));
            case AuditEntry.AccountChanged.NAME -> AccountAuditJson.changed(entry);
            default ->
                throw new WireException("action", entry.text("action") + " (expected: an action of audit.v1.json)");
        };
    }
}
