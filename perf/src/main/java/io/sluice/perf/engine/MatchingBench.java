package io.sluice.perf.engine;

import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.Ruleset;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Finding the one limit that applies among many. Public and open, since JMH derives from it. */
@State(Scope.Thread)
public class MatchingBench {
    @Param({"1", "100", "10000"})
    int limits;

    private final Admission admission = Workload.admission();
    private Ruleset ruleset = Ruleset.none();

    @Setup
    public void setUp() {
        ruleset = Workload.limitsOfRoutes(limits);
    }

    @Benchmark
    public List<Limit> match() {
        return ruleset.limitsFor(admission);
    }
}
