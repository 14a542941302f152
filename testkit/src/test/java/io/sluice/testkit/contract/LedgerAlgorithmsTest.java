package io.sluice.testkit.contract;

import io.sluice.testkit.oracle.LedgerPort;

/** The algorithms over the pure ledger. */
final class LedgerAlgorithmsTest extends AlgorithmContract {
    private final LedgerPort ledger = new LedgerPort(RULES);

    @Override
    protected AdmissionPort port() {
        return ledger;
    }

    @Override
    protected int steps() {
        return 3_000;
    }
}
