package io.sluice.perf.jmh;

import io.sluice.perf.Scale;
import io.sluice.perf.report.Row;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/** One family of micro benchmarks. */
@FunctionalInterface
public interface JmhRows {
    List<Row> run(String scenario, Scale scale) throws RunnerException;
}
