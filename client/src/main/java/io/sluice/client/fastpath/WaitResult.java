package io.sluice.client.fastpath;

import io.sluice.client.AdmissionVerdict;

/** The result for a caller that could not be answered at once. */
sealed interface WaitResult {
    WaitResult WAITING = new Waiting();
    WaitResult ALONE = new Alone();

    /** It has been answered after all. */
    record Answered(AdmissionVerdict.Local verdict) implements WaitResult {}

    /** It waits for a lease. */
    record Waiting() implements WaitResult {}

    /** Its request has to go to the ledger itself. */
    record Alone() implements WaitResult {}
}
