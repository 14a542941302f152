package io.sluice.engine.ledger;

import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldOutcome;

/**
 * The settlement that a client requests for one of its holds.
 *
 * @param clientId the client that sends the request; it must own the hold
 * @param outcome how the client wants the hold to end
 * @param cost the tokens to keep; 0 unless it commits, or returns a lease
 */
public record HoldAction(HoldKey key, String clientId, HoldOutcome outcome, long cost) {
    public HoldAction {
        boolean commits = outcome == HoldOutcome.COMMITTED || outcome == HoldOutcome.RETURNED;
        boolean fits = switch (key.kind()) {
            case RESERVATION -> outcome == HoldOutcome.COMMITTED || outcome == HoldOutcome.CANCELLED;
            case SLOTS -> outcome == HoldOutcome.RELEASED;
            case LEASE -> outcome == HoldOutcome.RETURNED;
        };
        if (!fits) {
            throw new IllegalArgumentException(
                    "outcome: " + outcome + " of " + key.kind() + " (expected: one that a client can bring about)");
        }
        if (cost < 0 || (cost > 0 && !commits)) {
            throw new IllegalArgumentException("cost: " + cost + " (expected: " + (commits ? "0 or more)" : "0)"));
        }
    }
}
