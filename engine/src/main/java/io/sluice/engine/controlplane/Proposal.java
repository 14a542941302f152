package io.sluice.engine.controlplane;

/**
 * A document that was proposed as the next ruleset.
 *
 * @param baseRevision the revision that was in force when it was made; with another one it can no longer be activated,
 *     since it would silently undo what came in between
 * @param author the principal that made it
 */
public record Proposal(long id, String commandId, long baseRevision, String author, Status status, String document) {

    /** The status of a proposal. */
    public enum Status {
        OPEN,
        APPROVED,
        REJECTED,
        ACTIVATED
    }

    public boolean isClosed() {
        return status == Status.REJECTED || status == Status.ACTIVATED;
    }

    Proposal with(Status next) {
        return new Proposal(id, commandId, baseRevision, author, next, document);
    }
}
