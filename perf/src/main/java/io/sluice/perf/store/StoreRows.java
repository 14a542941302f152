package io.sluice.perf.store;

import io.sluice.perf.Scale;
import io.sluice.perf.jmh.JmhRounds;
import io.sluice.perf.jmh.JmhRows;
import io.sluice.perf.report.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** The layout of keys and values in the state store. */
public final class StoreRows implements JmhRows {
    @Override
    public List<Row> run(String scenario, Scale scale) throws RunnerException {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("readBucket", "read bucket");
        rows.put("writeBucket", "write bucket");
        return JmhRounds.run(scale, List.of(StoreBench.class), rows).rows(scenario, Map.of());
    }
}
