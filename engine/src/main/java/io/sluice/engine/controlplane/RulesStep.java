package io.sluice.engine.controlplane;

/**
 * A step that somebody wants to take.
 *
 * <p>{@code expectedRevision} is the revision in force that they saw: if another one came in between, they decided on
 * something that is no longer so, and the step is refused.
 */
public sealed interface RulesStep {
    Author by();

    /**
     * Puts a document up for discussion.
     *
     * @param commandId tells this command apart: the same one sent twice makes one proposal
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
}
