package io.sluice.perf.activation;

import io.sluice.perf.Benchmark;
import io.sluice.perf.Scale;
import io.sluice.perf.kafka.PerfCluster;
import io.sluice.perf.load.OpenLoop;
import io.sluice.perf.load.Questions;
import io.sluice.perf.load.SluiceAsker;
import io.sluice.perf.report.Samples;
import io.sluice.perf.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * How long callers wait while rules change, beside how long they wait otherwise: 500 questions a second, and every two
 * seconds a ruleset in which every number is another. Questions of the second that begins with an activation are counted
 * apart from those of the other.
 */
public final class ActivationBenchmark implements Benchmark {
    private static final int PER_SECOND = 500;
    private static final long PERIOD_MILLIS = 2_000;
    private static final long DURING_NANOS = 1_000_000_000L;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final String QUIET = ", quiet";
    private static final String DURING = ", while activated";
    private static final List<String> COLUMNS = List.of("p50 ms", "p99 ms", "max ms");

    /** The first question that belongs to the last activation; moves on while others are still being answered. */
    private final AtomicLong activatedNanos = new AtomicLong(Long.MIN_VALUE / 2);

    private long revision = 1;

    @Override
    public String name() {
        return "activation";
    }

    @Override
    public List<Table> run(Scale scale) throws Exception {
        List<Integer> sizes = scale == Scale.QUICK ? List.of(10) : List.of(10, 1_000, 3_000);
        int rounds = scale.pick(1, 5);
        int seconds = scale.pick(4, 12);
        Samples samples = new Samples();
        Questions questions = new Questions();
        try (PerfCluster cluster = PerfCluster.start(List.of());
                SluiceAsker sluice = SluiceAsker.start(cluster, questions)) {
            OpenLoop load = new OpenLoop(sluice, PER_SECOND);
            // Compiles the code of both sides.
            load.run(PER_SECOND * scale.pick(1, 20), moment -> OpenLoop.histogram());
            for (int round = 0; round < rounds; round++) {
                for (int size : sizes) {
                    measure(cluster, load, size, seconds, samples);
                }
            }
        }
        return tables(samples, sizes);
    }

    private void measure(PerfCluster cluster, OpenLoop load, int limits, int seconds, Samples samples)
            throws InterruptedException {
        Histogram quiet = OpenLoop.histogram();
        Histogram during = OpenLoop.histogram();
        ScheduledExecutorService changes = Executors.newSingleThreadScheduledExecutor();
        try {
            changes.scheduleAtFixedRate(
                    () -> activate(cluster, limits), PERIOD_MILLIS / 2, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
            load.run(seconds * PER_SECOND, moment -> moment - activatedNanos.get() < DURING_NANOS ? during : quiet);
        } finally {
            changes.shutdown();
            if (!changes.awaitTermination(PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("an activation does not end");
            }
        }
        record(samples, limits + QUIET, quiet);
        record(samples, limits + DURING, during);
    }

    private void activate(PerfCluster cluster, int limits) {
        revision++;
        String document = document(limits, revision);
        activatedNanos.set(System.nanoTime());
        SluiceAsker.activate(cluster, revision, document);
    }

    /** So many limits for as many routes, and one that applies; all carry over into the next such ruleset. */
    private static String document(int limits, long variant) {
        String routes = IntStream.range(1, limits)
                .mapToObj(i -> "{\"id\":\"l" + i + "\",\"match\":{\"path\":\"/v2/r" + i
                        + "\"},\"scope\":\"client\",\"rate\":{\"tokens\":" + (10 + variant) + ",\"per\":\"1s\"}},")
                .collect(Collectors.joining());
        return "{\"limits\":[" + routes + "{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":"
                + (10_000 + variant) + ",\"per\":\"1s\"},\"burst\":1000000}]}";
    }

    private static void record(Samples samples, String row, Histogram latencies) {
        samples.add(row + COLUMNS.get(0), latencies.getValueAtPercentile(50) / NANOS_PER_MILLI);
        samples.add(row + COLUMNS.get(1), latencies.getValueAtPercentile(99) / NANOS_PER_MILLI);
        samples.add(row + COLUMNS.get(2), latencies.getMaxValue() / NANOS_PER_MILLI);
    }

    private List<Table> tables(Samples samples, List<Integer> sizes) {
        List<Table.Row> figures = new ArrayList<>();
        List<Table.Row> differences = new ArrayList<>();
        for (int size : sizes) {
            for (String part : List.of(QUIET, DURING)) {
                figures.add(new Table.Row(
                        size + " limits" + part,
                        COLUMNS.stream()
                                .map(column -> samples.of(size + part + column).median())
                                .toList()));
            }
            differences.add(new Table.Row(
                    size + " limits, p99 above the quiet one",
                    List.of(samples.difference(size + DURING + COLUMNS.get(1), size + QUIET + COLUMNS.get(1))
                            .median())));
        }
        return List.of(
                new Table(name() + ": figures, medians", COLUMNS, figures),
                new Table(name() + ": differences, pairs of the same round", List.of("ms"), differences));
    }
}
