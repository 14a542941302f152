package io.sluice.streams.rules;

import io.sluice.engine.controlplane.AccessEntry;
import io.sluice.engine.controlplane.AccessState;
import io.sluice.engine.controlplane.Author;
import io.sluice.engine.controlplane.DocumentReader;
import io.sluice.engine.controlplane.RulesEvent;
import io.sluice.engine.controlplane.RulesResult;
import io.sluice.engine.controlplane.RulesStep;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.control.AccessSnapshot;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.reply.RulesReply;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The mapping between the types of the wire and of the engine. */
final class RulesMapping {
    private static final int TEXT_CHARS_MAX = 1_000;

    private RulesMapping() {}

    static RulesStep command(ControlCommand command) {
        Author by = new Author(command.principal(), command.reason());
        ControlCommand.Step step = command.step();
        if (step instanceof ControlCommand.Propose propose) {
            return new RulesStep.Propose(command.commandId(), by, propose.expectedRevision(), propose.documentJson());
        }
        if (step instanceof ControlCommand.Approve approve) {
            return new RulesStep.Approve(approve.proposalId(), by);
        }
        if (step instanceof ControlCommand.Reject reject) {
            return new RulesStep.Reject(reject.proposalId(), by);
        }
        if (step instanceof ControlCommand.Activate activate) {
            return new RulesStep.Activate(activate.proposalId(), activate.expectedRevision(), by);
        }
        if (step instanceof ControlCommand.AddAccess add) {
            return new RulesStep.AddAccess(command.commandId(), by, add.expectedVersion(), add.entryJson());
        }
        if (step instanceof ControlCommand.RemoveAccess remove) {
            return new RulesStep.RemoveAccess(remove.entryId(), by);
        }
        ControlCommand.RollBack rollBack = (ControlCommand.RollBack) step;
        return new RulesStep.RollBack(rollBack.toRevision(), rollBack.expectedRevision(), by);
    }

    static AuditEntry entry(RulesEvent event) {
        RulesEvent.Stamp stamp = event.stamp();
        return new AuditEntry(
                stamp.sequence(),
                stamp.atMillis(),
                stamp.by().principal(),
                stamp.by().reason(),
                action(event));
    }

    private static AuditEntry.Action action(RulesEvent event) {
        if (event instanceof RulesEvent.Proposed proposed) {
            return new AuditEntry.Proposed(
                    proposed.proposalId(), proposed.commandId(), proposed.baseRevision(), proposed.document());
        }
        if (event instanceof RulesEvent.Approved approved) {
            return new AuditEntry.Approved(approved.proposalId());
        }
        if (event instanceof RulesEvent.Rejected rejected) {
            return new AuditEntry.Rejected(rejected.proposalId());
        }
        if (event instanceof RulesEvent.Activated activated) {
            return new AuditEntry.Activated(
                    activated.proposalId(),
                    activated.revision().number(),
                    activated.revision().document());
        }
        if (event instanceof RulesEvent.AccessAdded added) {
            AccessEntry entry = added.entry();
            return new AuditEntry.AccessAdded(entry.id(), entry.commandId(), entry.document(), entry.untilMillis());
        }
        if (event instanceof RulesEvent.AccessRemoved removed) {
            return new AuditEntry.AccessRemoved(removed.entryId(), removed.version());
        }
        RulesEvent.RolledBack rolledBack = (RulesEvent.RolledBack) event;
        return new AuditEntry.RolledBack(
                rolledBack.fromRevision(),
                rolledBack.revision().number(),
                rolledBack.revision().document());
    }

    static AccessSnapshot snapshot(AccessState state) {
        return new AccessSnapshot(
                state.version(),
                state.entries().stream()
                        .map(entry -> new AccessSnapshot.Entry(entry.id(), entry.document(), entry.untilMillis()))
                        .toList());
    }

    /** The access entries according to the published record, for the case that the control plane state was lost. */
    static AccessState published(AccessSnapshot snapshot) {
        return new AccessState(
                snapshot.version(),
                snapshot.entries().stream()
                        .map(entry -> new AccessEntry(
                                entry.id(), /* commandId= */ "", entry.entryJson(), entry.untilMillis()))
                        .toList());
    }

    static RulesReply.Accepted accepted(RulesEvent event) {
        Long revision = event instanceof RulesEvent.Change change
                ? Long.valueOf(change.revision().number())
                : null;
        return new RulesReply.Accepted(event.stamp().sequence(), proposalId(event), revision);
    }

    private static @Nullable Long proposalId(RulesEvent event) {
        if (event instanceof RulesEvent.Proposed proposed) {
            return proposed.proposalId();
        }
        if (event instanceof RulesEvent.Approved approved) {
            return approved.proposalId();
        }
        if (event instanceof RulesEvent.Rejected rejected) {
            return rejected.proposalId();
        }
        return event instanceof RulesEvent.Activated activated ? Long.valueOf(activated.proposalId()) : null;
    }

    static RulesReply.Refused refused(RulesResult.Refused refused) {
        return new RulesReply.Refused(
                refused.refusal().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                refused.detail(),
                refused.problems().stream()
                        .limit(RulesReply.PROBLEMS_LISTED_MAX)
                        .map(problem -> new RulesReply.Problem(shortened(problem.path()), shortened(problem.message())))
                        .toList());
    }

    /** Shortens the text, because problems quote names and values of a document, which may have any length. */
    private static String shortened(String text) {
        return text.length() <= TEXT_CHARS_MAX ? text : text.substring(0, TEXT_CHARS_MAX) + "...";
    }

    static DocumentReader.Read read(String documentJson) {
        try {
            return DocumentReader.Read.of(DocumentTree.ofJson(documentJson));
        } catch (WireException e) {
            return DocumentReader.Read.unreadable(e.field(), e.detail());
        }
    }
}
