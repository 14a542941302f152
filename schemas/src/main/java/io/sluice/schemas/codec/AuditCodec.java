package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.control.AuditEntry;
import java.io.IOException;

/** The records of the audit topic as JSON; schema {@code audit.v1.json}. */
public final class AuditCodec {
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
            json.writeStringField("document", proposed.documentJson());
        } else if (action instanceof AuditEntry.Approved approved) {
            json.writeNumberField("proposalId", approved.proposalId());
        } else if (action instanceof AuditEntry.Rejected rejected) {
            json.writeNumberField("proposalId", rejected.proposalId());
        } else if (action instanceof AuditEntry.AccountChanged changed) {
            AccountAuditJson.write(json, changed);
        } else if (action instanceof AuditEntry.InForce inForce) {
            if (inForce instanceof AuditEntry.Activated activated) {
                json.writeNumberField("proposalId", activated.proposalId());
            } else if (inForce instanceof AuditEntry.RolledBack rolledBack) {
                json.writeNumberField("fromRevision", rolledBack.fromRevision());
            }
            json.writeNumberField("revision", inForce.revision());
            json.writeStringField("document", inForce.documentJson());
        }
    }

    public static AuditEntry decode(byte[] value) throws WireException {
        Draft draft = new Draft();
        try (JsonParser json = Json.parser(value)) {
            json.nextToken();
            Json.expectObject("", json);
            Json.fields(json, draft::read);
        } catch (IOException e) {
            throw Json.notJson(e);
        }
        if (draft.version != Json.FORMAT_VERSION) {
            throw new WireException("v", draft.version + " (expected: " + Json.FORMAT_VERSION + ")");
        }
        return new AuditEntry(draft.sequence, draft.atMillis, draft.principal, draft.reason, draft.decodedAction());
    }

    private static final class Draft {
        private long version;
        private long sequence;
        private long atMillis;
        private String principal = "";
        private String reason = "";
        private String action = "";
        private String commandId = "";
        private String document = "";
        private long proposalId;
        private long baseRevision;
        private long fromRevision;
        private long revision;
        private final AccountAuditJson.Draft account = new AccountAuditJson.Draft();

        void read(String name, JsonParser json) throws IOException, WireException {
            switch (name) {
                case "v" -> version = Json.integer(name, json);
                case "sequence" -> sequence = Json.integer(name, json);
                case "atMillis" -> atMillis = Json.integer(name, json);
                case "principal" -> principal = Json.text(name, json);
                case "reason" -> reason = Json.text(name, json);
                case "action" -> action = Json.text(name, json);
                case "commandId" -> commandId = Json.text(name, json);
                case "document" -> document = Json.text(name, json);
                case "proposalId" -> proposalId = Json.integer(name, json);
                case "baseRevision" -> baseRevision = Json.integer(name, json);
                case "fromRevision" -> fromRevision = Json.integer(name, json);
                case "revision" -> revision = Json.integer(name, json);
                default -> {
                    if (!account.read(name, json)) {
                        json.skipChildren();
                    }
                }
            }
        }

        AuditEntry.Action decodedAction() throws WireException {
            return switch (action) {
                case AuditEntry.Proposed.NAME -> new AuditEntry.Proposed(proposalId, commandId, baseRevision, document);
                case AuditEntry.Approved.NAME -> new AuditEntry.Approved(proposalId);
                case AuditEntry.Rejected.NAME -> new AuditEntry.Rejected(proposalId);
                case AuditEntry.Activated.NAME -> new AuditEntry.Activated(proposalId, revision, document);
                case AuditEntry.RolledBack.NAME -> new AuditEntry.RolledBack(fromRevision, revision, document);
                case AuditEntry.AccountChanged.NAME -> account.changed(commandId);
                default -> throw new WireException("action", action + " (expected: an action of audit.v1.json)");
            };
        }
    }
}
