package io.sluice.perf.jmh;

import io.sluice.perf.Scale;
import io.sluice.perf.report.Row;
import io.sluice.perf.report.Samples;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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
final class JmhRounds {
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private final List<MicroBenchmarks.Figure> figures;
    private final Samples nanos = new Samples();
    private final Samples bytes = new Samples();

    private JmhRounds(List<MicroBenchmarks.Figure> figures) {
        this.figures = figures;
    }

    /** Runs every benchmark of the classes. */
    static JmhRounds run(Scale scale, List<Class<?>> classes, List<MicroBenchmarks.Figure> figures)
            throws RunnerException {
        JmhRounds rounds = new JmhRounds(figures);
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
        return figures.stream()
                .filter(figure -> figure.method().equals(name))
                .map(MicroBenchmarks.Figure::row)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(name + ": no row (expected: one of " + figures + ")"));
    }

    /** Time and allocation of every figure. */
    List<Row> rows(String scenario) {
        List<Row> rows = new ArrayList<>();
        for (MicroBenchmarks.Figure figure : figures) {
            Row time = Row.of(scenario, figure.row(), "ns", nanos.of(figure.row()));
            String baseline = figure.baseline();
            rows.add(baseline == null ? time : time.against(baseline, nanos.of(baseline)));
            rows.add(Row.of(scenario, figure.row() + ", allocated", "bytes", bytes.of(figure.row())));
        }
        return rows;
    }
}
