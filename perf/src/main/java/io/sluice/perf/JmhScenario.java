package io.sluice.perf;

import io.sluice.perf.jmh.JmhRows;
import io.sluice.perf.report.Row;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/**
 * A family of micro benchmarks as a scenario: by name, or all with {@code jmh}. They take too long for a standard run.
 */
record JmhScenario(String name, JmhRows rows) implements Scenario {
    @Override
    public String number() {
        return "jmh";
    }

    @Override
    public boolean isStandard() {
        return false;
    }

    @Override
    public List<Row> run(Setting setting) throws RunnerException {
        return rows.run("jmh " + name, setting.scale());
    }
}
