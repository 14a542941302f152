package io.sluice.engine.controlplane;

/**
 * An accepted step: the entry of the audit trail, and all that is needed to rebuild the control plane state.
 */
public sealed interface RulesEvent {
    Stamp stamp();

    /**
     * The fields of every event.
     *
     * @param sequence 1 for the first event ever, and one more for each
     * @param atMillis the log's time of the command
     */
    record Stamp(long sequence, long atMillis, Author by) {}

    record Proposed(Stamp stamp, long proposalId, String commandId, long baseRevision, String document)
            implements RulesEvent {}

    record Approved(Stamp stamp, long proposalId) implements RulesEvent {}

    record Rejected(Stamp stamp, long proposalId) implements RulesEvent {}

    record Activated(Stamp stamp, long proposalId, Revision revision) implements RulesEvent, Change {}

    record RolledBack(Stamp stamp, long fromRevision, Revision revision) implements RulesEvent, Change {}

    /**
     * An access entry that came into force.
     *
     * @param version the version of the access entries from then on; it also names the entry
     */
    record AccessAdded(Stamp stamp, long version, AccessEntry entry) implements RulesEvent, AccessChange {}

    record AccessRemoved(Stamp stamp, long version, long entryId) implements RulesEvent, AccessChange {}

    /** The common fields of events that change the access entries. */
    sealed interface AccessChange {
        long version();
    }

    /** The common fields of events that put a document in force. */
    sealed interface Change {
        Stamp stamp();

        Revision revision();
    }
}
