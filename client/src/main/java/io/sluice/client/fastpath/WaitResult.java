package io.sluice.client.fastpath;

import io.sluice.client.AdmissionVerdict;

/** The result for a caller that could not be answered at once. */
sealed interface WaitResult {
    WaitResult WAITING = new Waiting();
    WaitResult GONE = new Gone();

    /** It has been answered after all. */
    record Answered(AdmissionVerdict.Local verdict) implements WaitResult {}

    /**
     * Its request goes to the ledger, and its verdict may bring a lease; others wait for that.
     *
     * @param takesComing whether a lease of tokens that are still to come would be used
     */
    record Asking(AskReason reason, boolean takesComing) implements WaitResult {}

    /** It waits for a verdict or a lease that is under way. */
    record Waiting() implements WaitResult {}

    /** Its request has to go to the ledger, and its verdict brings nothing. */
    record Alone(AskReason reason) implements WaitResult {}

    /** The key was given up a moment ago: the caller has to begin with a new one. */
    record Gone() implements WaitResult {}
}
