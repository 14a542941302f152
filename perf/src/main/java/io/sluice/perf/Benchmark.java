package io.sluice.perf;

import io.sluice.perf.report.Table;
import java.util.List;

/** One thing that is measured beside its baselines. */
public interface Benchmark {
    /** The name on the command line. */
    String name();

    /** Measures; takes the machine for itself. */
    List<Table> run(Scale scale) throws Exception;
}
