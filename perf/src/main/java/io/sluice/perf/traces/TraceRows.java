package io.sluice.perf.traces;

import io.sluice.perf.Scale;
import io.sluice.perf.jmh.JmhRounds;
import io.sluice.perf.jmh.JmhRows;
import io.sluice.perf.report.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** An admission without traces beside the same with them. */
public final class TraceRows implements JmhRows {
    private static final String OFF = "admission, traces off";
    private static final String NONE = "admission, traces on, none sampled";
    private static final String FEW = "admission, traces on, 1 % sampled";
    private static final String ALL = "admission, traces on, all sampled";

    @Override
    public List<Row> run(String scenario, Scale scale) throws RunnerException {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("admit:off", OFF);
        rows.put("admit:0", NONE);
        rows.put("admit:1", FEW);
        rows.put("admit:100", ALL);
        return JmhRounds.run(scale, List.of(TraceBench.class), rows)
                .rows(scenario, Map.of(NONE, OFF, FEW, OFF, ALL, OFF));
    }
}
