package io.sluice.perf.engine;

import io.sluice.engine.ledger.AdmissionResult;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.RulesetTimeline;
import io.sluice.engine.ruleset.Admission;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One admission through the ledger: time, result, charge. Public and open, since JMH derives from it. */
@State(Scope.Thread)
public class LedgerBench {
    @Param({"1", "4"})
    int limits;

    private final Workload workload = new Workload();
    private final Admission admission = Workload.admission();
    private Ledger ledger = new Ledger(new HashLedgerStore(), RulesetTimeline.empty());

    @Setup
    public void setUp() {
        ledger = new Ledger(
                new HashLedgerStore(), RulesetTimeline.empty().activated(Workload.applyingLimits(limits), 0));
    }

    @Benchmark
    public AdmissionResult admit() {
        long nowMillis = ledger.advance(workload.nextMillis());
        AdmissionResult result = ledger.decide(admission, null, nowMillis, /* offset= */ 0);
        ledger.apply(result);
        return result;
    }
}
