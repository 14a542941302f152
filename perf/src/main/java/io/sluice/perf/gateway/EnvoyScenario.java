package io.sluice.perf.gateway;

import io.sluice.perf.Scenario;
import io.sluice.perf.Setting;
import io.sluice.perf.load.ClosedLoop;
import io.sluice.perf.load.Latencies;
import io.sluice.perf.load.OpenLoop;
import io.sluice.perf.oracle.LogCheck;
import io.sluice.perf.process.DevProcess;
import io.sluice.perf.process.EnvoyRatelimit;
import io.sluice.perf.process.LoopbackPort;
import io.sluice.perf.report.Goal;
import io.sluice.perf.report.Row;
import io.sluice.perf.report.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The rate limit service of an Envoy: Sluice's gateway, through Kafka and out of leases, beside Envoy's own service
 * over Redis. Both are asked the same questions by the same load over the same number of connections. The other one
 * idles meanwhile. Envoy's own service keeps no record of what it decided, and its Redis saves nothing.
 */
public final class EnvoyScenario implements Scenario {
    private static final String PEER = "Envoy's ratelimit";
    private static final int CONNECTIONS = 4;
    private static final int IN_FLIGHT = 64;
    private static final int RATE = 1_000;
    private static final List<String> PERCENTILES = List.of("p50", "p99");
    private static final String OUT_OF_LEASES = "out of leases, ";

    @Override
    public Listing listing() {
        // It takes minutes, and leaves a log that others would have to check with it.
        return Listing.of("18", "envoy").onlyByName();
    }

    /** One kind of traffic to both. */
    private record Traffic(
            String name, GrpcLoad sluice, @Nullable GrpcLoad peer) {
        List<GrpcLoad> loads() {
            return peer == null ? List.of(sluice) : List.of(sluice, peer);
        }
    }

    @Override
    public List<Row> run(Setting setting) throws Exception {
        Optional<String> obstacle = EnvoyRatelimit.obstacle(setting.project());
        try (DevProcess sluice = DevProcess.start(setting.project(), EnvoyQuestion.RULES, LoopbackPort.free())) {
            setting.server().note(sluice.jvm());
            if (obstacle.isPresent()) {
                List<Row> rows = new ArrayList<>(measured(setting, sluice, /* peer= */ null));
                rows.add(Row.without(number(), PEER, "skipped: " + obstacle.get()));
                return rows;
            }
            try (EnvoyRatelimit peer = EnvoyRatelimit.start(setting.project(), EnvoyQuestion.LIMITS);
                    GrpcChannels channels = GrpcChannels.to(peer.grpcPort(), CONNECTIONS)) {
                FirstAnswer.await(channels);
                return measured(setting, sluice, channels);
            }
        }
    }

    private List<Row> measured(Setting setting, DevProcess sluice, @Nullable GrpcChannels peer) throws Exception {
        Samples samples = new Samples();
        List<Traffic> traffics = new ArrayList<>();
        try (GrpcChannels channels = GrpcChannels.to(sluice.grpcPort(), CONNECTIONS)) {
            traffics.add(traffic("through Kafka, 1,000 clients", channels, peer, EnvoyQuestion.exact("cold", 1_000)));
            traffics.add(traffic(OUT_OF_LEASES + "100 clients", channels, peer, EnvoyQuestion.leased("hot", 100)));
            if (setting.pick(0, 1, 1) == 1) {
                traffics.add(traffic(OUT_OF_LEASES + "one client", channels, peer, EnvoyQuestion.leased("one", 1)));
            }
            warmUp(setting, traffics);
            setting.profiles().recorded("18-envoy", sluice.jvm(), () -> {
                for (int round = 0; round < setting.pick(1, 2, 3); round++) {
                    for (Traffic traffic : traffics) {
                        measure(setting, traffic, samples);
                    }
                }
                return true;
            });
        }
        List<Row> rows = new ArrayList<>();
        traffics.forEach(traffic -> rows.addAll(rows(traffic, samples)));
        rows.addAll(logged(sluice, traffics));
        return rows;
    }

    private static Traffic traffic(
            String name, GrpcChannels sluice, @Nullable GrpcChannels peer, List<EnvoyQuestion> questions) {
        return new Traffic(name, new GrpcLoad(sluice, questions), peer == null ? null : new GrpcLoad(peer, questions));
    }

    private static void warmUp(Setting setting, List<Traffic> traffics) throws InterruptedException {
        Duration duration = Duration.ofSeconds(setting.pick(1, 20, 60));
        System.err.println("bench: warming up for " + duration.toSeconds() + " s ...");
        Duration round = Duration.ofMillis(Math.max(100, duration.toMillis() / 50));
        long startNanos = System.nanoTime();
        while (System.nanoTime() - startNanos < duration.toNanos()) {
            for (Traffic traffic : traffics) {
                for (GrpcLoad load : traffic.loads()) {
                    ClosedLoop.Result unused = ClosedLoop.run(load, round, IN_FLIGHT);
                }
            }
        }
    }

    private static void measure(Setting setting, Traffic traffic, Samples samples) throws InterruptedException {
        Duration settling = Duration.ofMillis(setting.pick(300, 1_000, 1_500));
        Duration closed = Duration.ofMillis(setting.pick(300, 2_000, 3_000));
        int open = setting.pick(300, 3_000, 5_000);
        for (GrpcLoad load : traffic.loads()) {
            String series = series(traffic, load);
            // A client that was left alone meanwhile is hot again afterwards.
            ClosedLoop.Result unused = ClosedLoop.run(load, settling, IN_FLIGHT);
            samples.add(series, ClosedLoop.run(load, closed, IN_FLIGHT).perSecond());
            Histogram latencies = Latencies.histogram();
            new OpenLoop(load, RATE).run(open, moment -> latencies);
            samples.addLatencies(series, latencies);
        }
    }

    private static String series(Traffic traffic, GrpcLoad load) {
        return load == traffic.peer() ? PEER + " " + traffic.name() : traffic.name();
    }

    private List<Row> rows(Traffic traffic, Samples samples) {
        String figure = "gRPC " + traffic.name();
        List<Row> rows = new ArrayList<>();
        for (String percentile : Samples.percentileNames()) {
            Row row = beside(traffic, samples, " " + percentile, figure + ", " + RATE + "/s, " + percentile, "ms");
            rows.add(PERCENTILES.contains(percentile) ? row : row.inJsonOnly());
        }
        Row speed = beside(traffic, samples, "", figure + ", " + IN_FLIGHT + " in flight", "requests/s");
        rows.add(traffic.name().startsWith(OUT_OF_LEASES) ? speed.toReach(Goal.ratioAtLeast(3)) : speed);
        return rows;
    }

    private Row beside(Traffic traffic, Samples samples, String end, String figure, String unit) {
        Row row = Row.of(number(), figure, unit, samples.of(traffic.name() + end));
        GrpcLoad peer = traffic.peer();
        return peer == null ? row : row.against(PEER, samples.of(series(traffic, peer) + end));
    }

    /** What the log says: nothing was admitted beyond it, and what was answered without a record of its own. */
    private List<Row> logged(DevProcess sluice, List<Traffic> traffics) throws Exception {
        Map<String, Long> seen = new HashMap<>();
        long answers = 0;
        for (Traffic traffic : traffics) {
            traffic.sluice().admittedByClient().forEach((client, tokens) -> seen.merge(client, tokens, Long::sum));
            answers += traffic.sluice().admitted();
        }
        LogCheck log = LogCheck.of(sluice.bootstrapServers(), sluice.keys()).decisions(1);
        long leased = answers - traffics.get(0).sluice().admitted();
        double share = (answers - log.requests()) / (double) leased;
        return List.of(
                Row.of(number(), "gRPC out of leases: without a record of their own", "share", List.of(share)),
                log.overAdmission(number(), seen));
    }
}
