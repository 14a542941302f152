package io.sluice.client.fastpath;

import io.sluice.client.AdmissionVerdict;

/** What became of a caller that could not be answered at once. */
sealed interface Joined {
    Joined WAITING = new Waiting();
    Joined ALONE = new Alone();

    /** It has been answered after all. */
    record Answered(AdmissionVerdict.Local verdict) implements Joined {}

    /** It waits for a lease. */
    record Waiting() implements Joined {}

    /** It has to ask the ledger itself. */
    record Alone() implements Joined {}
}
