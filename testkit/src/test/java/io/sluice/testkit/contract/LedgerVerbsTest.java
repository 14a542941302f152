package io.sluice.testkit.contract;

import io.sluice.testkit.oracle.LedgerPort;

/** The verbs over the pure ledger. */
final class LedgerVerbsTest extends VerbsContract {
    private final LedgerPort ledger = new LedgerPort(RULES);

    @Override
    protected AdmissionPort port() {
        return ledger;
    }
}
