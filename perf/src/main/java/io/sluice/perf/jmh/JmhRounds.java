package io.sluice.perf.jmh;

import io.sluice.perf.Scale;
import io.sluice.perf.report.Row;
import io.sluice.perf.report.Samples;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * JMH benchmarks, every one in a JVM of its own, all of them once in each round.
 *
 * <p>JMH by itself runs all forks of one benchmark and then all of the next; minutes lie between them, in which a
 * shared machine changes. In rounds, what is compared lies seconds apart.
 */
public final class JmhRounds {
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private final Map<String, String> rowByMethod;
    private final Samples nanos = new Samples();
    private final Samples bytes = new Samples();

    private JmhRounds(Map<String, String> rowByMethod) {
        this.rowByMethod = rowByMethod;
    }

    /**
     * Runs every benchmark of the classes.
     *
     * @param rowByMethod the row of each benchmark, named {@code method} or {@code method:parameter}
     */
    public static JmhRounds run(Scale scale, List<Class<?>> classes, Map<String, String> rowByMethod)
            throws RunnerException {
        JmhRounds rounds = new JmhRounds(rowByMethod);
        for (int round = 0; round < scale.pick(1, 1, 3); round++) {
            rounds.add(new Runner(options(scale, classes).build()).run());
        }
        return rounds;
    }

    private static ChainedOptionsBuilder options(Scale scale, List<Class<?>> classes) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .forks(1)
                .jvmArgs("-Xms512m", "-Xmx512m")
                .warmupIterations(scale.pick(1, 2, 4))
                .warmupTime(TimeValue.milliseconds(scale.pick(50, 250, 500)))
                .measurementIterations(scale.pick(1, 2, 4))
                .measurementTime(TimeValue.milliseconds(scale.pick(50, 250, 500)))
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
        classes.forEach(type -> options.include("^" + type.getName().replace(".", "\\.") + "\\."));
        return options;
    }

    private void add(Collection<RunResult> results) {
        for (RunResult result : results) {
            String row = row(result.getParams());
            nanos.add(row, result.getPrimaryResult().getScore());
            Result<?> allocated = result.getSecondaryResults().get(ALLOCATED);
            if (allocated == null) {
                throw new IllegalStateException(row + ": no " + ALLOCATED + " (expected: a collector that counts it)");
            }
            bytes.add(row, allocated.getScore());
        }
    }

    private String row(BenchmarkParams benchmark) {
        String method =
                benchmark.getBenchmark().substring(benchmark.getBenchmark().lastIndexOf('.') + 1);
        String name = benchmark.getParamsKeys().stream()
                .map(key -> ":" + benchmark.getParam(key))
                .collect(Collectors.joining("", method, ""));
        String row = rowByMethod.get(name);
        if (row == null) {
            throw new IllegalStateException(name + ": no row (expected: one of " + rowByMethod.keySet() + ")");
        }
        return row;
    }

    /**
     * Time and allocation of every row.
     *
     * @param baselines the row that a row is compared with
     */
    public List<Row> rows(String scenario, Map<String, String> baselines) {
        List<Row> rows = new ArrayList<>();
        for (String name : new LinkedHashSet<>(rowByMethod.values())) {
            Row time = Row.of(scenario, name, "ns", nanos.of(name));
            String baseline = baselines.get(name);
            rows.add(baseline == null ? time : time.against(baseline, nanos.of(baseline)));
            rows.add(Row.of(scenario, name + ", allocated", "bytes", bytes.of(name)));
        }
        return rows;
    }
}
