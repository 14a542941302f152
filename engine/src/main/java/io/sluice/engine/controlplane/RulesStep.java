package io.sluice.engine.controlplane;

/**
 * A command to the control plane.
 *
 * <p>{@code expectedRevision} is the revision in force that its author saw. If another one came in between, the author
 * decided on outdated rules, and the step is refused.
 */
public sealed interface RulesStep {
    Author by();

    /**
     * Puts a document up for discussion.
     *
     * @param commandId identifies this command: the same one sent twice makes one proposal
     */
    record Propose(String commandId, Author by, long expectedRevision, String document) implements RulesStep {}

    /** Agrees with a proposal. */
    record Approve(long proposalId, Author by) implements RulesStep {}

    /** Ends a proposal. */
    record Reject(long proposalId, Author by) implements RulesStep {}

    /** Puts a proposal in force. */
    record Activate(long proposalId, long expectedRevision, Author by) implements RulesStep {}

    /** Puts the document of an earlier revision in force again, under a new one. */
    record RollBack(long toRevision, long expectedRevision, Author by) implements RulesStep {}

    /**
     * Puts an access entry in force.
     *
     * @param commandId identifies this command: the same one sent twice makes one entry
     * @param expectedVersion a version of the access entries that its author saw, not too old; see {@link AccessState}
     */
    record AddAccess(String commandId, Author by, long expectedVersion, String document) implements RulesStep {}

    /** Ends an access entry. */
    record RemoveAccess(long entryId, Author by) implements RulesStep {}
}
