package io.sluice.perf.topology;

import io.sluice.perf.Benchmark;
import io.sluice.perf.Scale;
import io.sluice.perf.kafka.PerfCluster;
import io.sluice.perf.kafka.SluiceApp;
import io.sluice.perf.report.Samples;
import io.sluice.perf.report.Table;
import io.sluice.schemas.topic.TopicCatalogue;
import java.util.List;

/**
 * Records a second through the streams app, from a preloaded request topic on a real broker, beside stateless
 * topologies on the same broker, in turns.
 */
public final class TopologyBenchmark implements Benchmark {
    private static final Contestant COPY = new Contestant(
            "stateless copy",
            TopicCatalogue.REPLIES,
            (cluster, id) -> StatelessStreams.start(StatelessTopologies.copy(), cluster, id));
    private static final Contestant TWIN_OF_ONE = twin("stateless twin, one limit", Rules.ONE_LIMIT);
    private static final Contestant ONE_LIMIT = sluice("Sluice, one limit", Rules.ONE_LIMIT);
    private static final Contestant TWIN_OF_TWO = twin("stateless twin, two limits", Rules.TWO_LIMITS);
    private static final Contestant TWO_LIMITS = sluice("Sluice, two limits", Rules.TWO_LIMITS);
    private static final List<Contestant> ALL = List.of(COPY, TWIN_OF_ONE, ONE_LIMIT, TWIN_OF_TWO, TWO_LIMITS);

    private static Contestant twin(String row, Rules rules) {
        return new Contestant(
                row,
                TopicCatalogue.DECISIONS,
                (cluster, id) -> StatelessStreams.start(StatelessTopologies.twin(rules.limits()), cluster, id));
    }

    private static Contestant sluice(String row, Rules rules) {
        return new Contestant(
                row, TopicCatalogue.DECISIONS, (cluster, id) -> SluiceApp.start(cluster, rules.key(), id));
    }

    @Override
    public String name() {
        return "topology";
    }

    @Override
    public List<Table> run(Scale scale) throws Exception {
        int records = scale.pick(5_000, 200_000);
        int discardedRounds = scale.pick(0, 1);
        int rounds = discardedRounds + scale.pick(1, 3);
        Samples samples = new Samples();
        try (PerfCluster cluster = PerfCluster.start(List.of())) {
            for (Rules rules : Rules.values()) {
                rules.activate(cluster);
            }
            new RequestLog().write(cluster, records);
            for (int round = 0; round < rounds; round++) {
                for (Contestant contestant : ALL) {
                    double perSecond = recordsPerSecond(cluster, contestant, round, records);
                    // The first round compiles the broker's and the clients' code.
                    if (round >= discardedRounds) {
                        samples.add(contestant.row(), perSecond);
                    }
                }
            }
        }
        return tables(samples);
    }

    @SuppressWarnings("try") // The app runs by itself.
    private static double recordsPerSecond(PerfCluster cluster, Contestant contestant, int round, int records)
            throws Exception {
        String applicationId = contestant.row().replaceAll("[^A-Za-z]+", "-") + "-" + round;
        try (OutputWatch watch = new OutputWatch(cluster.bootstrapServers(), contestant.outputTopic());
                AutoCloseable app = contestant.starter().start(cluster, applicationId)) {
            return watch.recordsPerSecond(records);
        }
    }

    private List<Table> tables(Samples samples) {
        List<Table.Row> rows = ALL.stream()
                .map(contestant -> new Table.Row(
                        contestant.row(), List.of(samples.of(contestant.row()).median())))
                .toList();
        return List.of(
                new Table(name() + ": figures, medians", List.of("records/s"), rows),
                Table.ofRatios(
                        name(),
                        List.of(
                                ratio(samples, ONE_LIMIT, COPY),
                                ratio(samples, ONE_LIMIT, TWIN_OF_ONE),
                                ratio(samples, TWO_LIMITS, COPY),
                                ratio(samples, TWO_LIMITS, TWIN_OF_TWO),
                                ratio(samples, TWIN_OF_TWO, COPY))));
    }

    private static Table.Ratio ratio(Samples samples, Contestant contestant, Contestant baseline) {
        return new Table.Ratio(
                contestant.row() + " / " + baseline.row(), samples.ratio(contestant.row(), baseline.row()));
    }
}
