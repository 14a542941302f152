package io.sluice.perf.roundtrip;

import io.sluice.perf.Benchmark;
import io.sluice.perf.Scale;
import io.sluice.perf.kafka.PerfCluster;
import io.sluice.perf.load.Asker;
import io.sluice.perf.load.ClosedLoop;
import io.sluice.perf.load.Questions;
import io.sluice.perf.load.SluiceAsker;
import io.sluice.perf.report.Samples;
import io.sluice.perf.report.Table;
import java.util.ArrayList;
import java.util.List;

/** How long a caller of the client waits for a verdict, beside a bare echo on the same broker, in turns. */
public final class RoundTripBenchmark implements Benchmark {
    private static final String ECHO = "echo";
    private static final String SLUICE = "Sluice";
    private static final String P50 = "p50";
    private static final String P99 = "p99";
    private static final String RATE = "rate";
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;

    /**
     * One way to ask.
     *
     * @param questions how many in one round
     */
    private record Load(String name, int inFlight, int questions) {}

    @Override
    public String name() {
        return "round-trip";
    }

    @Override
    public List<Table> run(Scale scale) throws Exception {
        List<Load> loads = List.of(
                new Load("sequential", 1, scale.pick(50, 2_000)),
                new Load("32 in flight", 32, scale.pick(200, 30_000)));
        int discardedRounds = scale.pick(0, 1);
        int rounds = discardedRounds + scale.pick(1, 5);
        Questions questions = new Questions();
        Samples samples = new Samples();
        try (PerfCluster cluster = PerfCluster.start(EchoTopics.topics());
                EchoAsker echo = EchoAsker.start(cluster, questions);
                SluiceAsker sluice = SluiceAsker.start(cluster, questions)) {
            for (int round = 0; round < rounds; round++) {
                // The first round compiles the code of both sides.
                Samples kept = round < discardedRounds ? new Samples() : samples;
                for (Load load : loads) {
                    measure(kept, row(ECHO, load), echo, load);
                    measure(kept, row(SLUICE, load), sluice, load);
                }
            }
        }
        return tables(samples, loads);
    }

    private static String row(String who, Load load) {
        return who + ", " + load.name();
    }

    private static void measure(Samples samples, String row, Asker asker, Load load) throws InterruptedException {
        ClosedLoop.Result result = ClosedLoop.run(asker, load.questions(), load.inFlight());
        samples.add(row + P50, result.latencies().getValueAtPercentile(50) / NANOS_PER_MICRO);
        samples.add(row + P99, result.latencies().getValueAtPercentile(99) / NANOS_PER_MICRO);
        samples.add(row + RATE, load.questions() * NANOS_PER_SECOND / result.elapsedNanos());
    }

    private List<Table> tables(Samples samples, List<Load> loads) {
        List<Table.Row> rows = new ArrayList<>();
        List<Table.Ratio> ratios = new ArrayList<>();
        for (Load load : loads) {
            for (String who : List.of(ECHO, SLUICE)) {
                String row = row(who, load);
                rows.add(new Table.Row(
                        row,
                        List.of(
                                samples.of(row + P50).median(),
                                samples.of(row + P99).median(),
                                samples.of(row + RATE).median())));
            }
            for (String figure : List.of(P50, P99)) {
                ratios.add(new Table.Ratio(
                        SLUICE + " / " + ECHO + ", " + load.name() + ", " + figure,
                        samples.ratio(row(SLUICE, load) + figure, row(ECHO, load) + figure)));
            }
        }
        return List.of(
                new Table(name() + ": figures, medians", List.of("p50 us", "p99 us", "requests/s"), rows),
                Table.ofRatios(name(), ratios));
    }
}
