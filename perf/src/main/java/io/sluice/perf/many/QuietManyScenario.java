package io.sluice.perf.many;

import io.sluice.perf.Scenario;
import io.sluice.perf.Setting;
import io.sluice.perf.load.AdmissionLoad.Request;
import io.sluice.perf.load.ClientDraw;
import io.sluice.perf.load.ClientLimit;
import io.sluice.perf.load.DrawnAdmissions;
import io.sluice.perf.load.HttpLoad;
import io.sluice.perf.oracle.LogCheck;
import io.sluice.perf.process.RedisServer;
import io.sluice.perf.process.Stage;
import io.sluice.perf.report.Goal;
import io.sluice.perf.report.Row;
import io.sluice.perf.report.Samples;
import io.sluice.perf.rest.RestTraffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A thousand requests a second of a thousand clients, after half a minute of them: how long an answer takes, and how
 * much of the processor it costs where there is little to share. Clients are drawn by Zipf's law, and evenly, so that
 * none is hot. Beside it, the same bucket as a Redis script behind the same front end; its processor time is that of
 * front end and Redis together, as Sluice's is that of front end, broker and streams app.
 */
public final class QuietManyScenario implements Scenario {
    private static final String SLUICE = "Sluice";
    private static final String SCRIPT = "Redis script, direct";
    private static final String IDLE = "idle";
    private static final int CLIENTS = 1_000;
    private static final int PER_SECOND = 1_000;
    private static final int CONNECTIONS = 64;
    private static final int DRAWN = 1 << 20;

    @Override
    public Listing listing() {
        // It takes minutes, and leaves a log that others would have to check with it.
        return Listing.of("25", "quiet-many").onlyByName();
    }

    /** The clients of one kind, asking both sides in the same order. */
    private record Traffic(String name, DrawnAdmissions asked, DrawnAdmissions scriptAsked) {
        static Traffic of(String name, String prefix, ClientDraw draw) {
            List<Request> clients = RestTraffic.allowed(prefix, CLIENTS);
            int[] drawn = draw.next(DRAWN);
            return new Traffic(
                    name, new DrawnAdmissions("", clients, drawn), new DrawnAdmissions("/limited", clients, drawn));
        }
    }

    @Override
    public List<Row> run(Setting setting) throws Exception {
        Optional<Path> redis = RedisServer.installed();
        if (redis.isEmpty()) {
            return List.of(Row.without(
                    number(), listing().name(), "skipped: no redis-server on the PATH (apt-get install redis-server)"));
        }
        List<Traffic> traffics = List.of(
                Traffic.of("1,000 clients by Zipf", "quiet-zipf", ClientDraw.zipf(CLIENTS)),
                Traffic.of("1,000 clients evenly", "quiet-even", ClientDraw.evenly(CLIENTS)));
        Samples samples = new Samples();
        try (RedisServer server = RedisServer.start(redis.get());
                Stage stage = Stage.start(setting, ClientLimit.RULES, "--redis", server.address())) {
            warmUp(setting, stage, traffics);
            for (int round = 0; round < setting.pick(1, 1, 2); round++) {
                for (Traffic traffic : traffics) {
                    measureScript(setting, stage, server, traffic, samples);
                    String recording = "25-" + traffic.name().replaceAll("[^a-zA-Z0-9]+", "-");
                    measure(setting, stage, traffic, recording, samples);
                }
            }
            measureIdle(setting, stage, samples);
            List<Row> rows = new ArrayList<>();
            rows.addAll(idleRows(samples));
            traffics.forEach(traffic -> rows.addAll(rows(traffic, samples)));
            Map<String, Long> seen = new HashMap<>();
            traffics.forEach(traffic -> seen.putAll(traffic.asked().admittedByClient()));
            rows.add(LogCheck.of(
                            stage.sluice().bootstrapServers(), stage.sluice().keys())
                    .decisions(1)
                    .overAdmission(number(), seen));
            return rows;
        }
    }

    private static HttpLoad onSluice(Stage stage, Traffic traffic) {
        return HttpLoad.on(stage.sluice().httpPort(), CONNECTIONS, traffic.asked());
    }

    private static HttpLoad onScript(Stage stage, Traffic traffic) {
        return HttpLoad.on(stage.directPort(), CONNECTIONS, traffic.scriptAsked());
    }

    /** At saturation: a minute of it compiles (scenario 26) what this rate would compile in several. */
    private static void warmUp(Setting setting, Stage stage, List<Traffic> traffics) throws Exception {
        Duration warmUp = Duration.ofMillis(setting.pick(500, 10_000, 35_000));
        System.err.println("bench: warming up for " + traffics.size() * warmUp.toSeconds() + " s ...");
        for (Traffic traffic : traffics) {
            onScript(stage, traffic).closedLoop(warmUp.dividedBy(4));
            onSluice(stage, traffic).closedLoop(warmUp);
        }
    }

    private static Duration measured(Setting setting) {
        return Duration.ofMillis(setting.pick(500, 8_000, 15_000));
    }

    private static void measureScript(
            Setting setting, Stage stage, RedisServer server, Traffic traffic, Samples samples) throws Exception {
        HttpLoad load = onScript(stage, traffic);
        load.openLoop(PER_SECOND, Duration.ofMillis(setting.pick(200, 3_000, 5_000)));
        long nanos = stage.baselineJvm().cpuNanos() + server.cpuNanos();
        HttpLoad.Result result = load.openLoop(PER_SECOND, measured(setting));
        long spentNanos = stage.baselineJvm().cpuNanos() + server.cpuNanos() - nanos;
        String series = SCRIPT + traffic.name();
        samples.addLatencies(series, result.latencies());
        samples.add(Costs.cpu(series), Costs.micros(spentNanos, result.answers()));
    }

    private static void measure(Setting setting, Stage stage, Traffic traffic, String recording, Samples samples)
            throws Exception {
        HttpLoad load = onSluice(stage, traffic);
        load.openLoop(PER_SECOND, Duration.ofMillis(setting.pick(500, 15_000, 30_000)));
        String series = SLUICE + traffic.name();
        long local = traffic.asked().local();
        Costs costs = Costs.begin(stage.sluice());
        HttpLoad.Result result = setting.profiles()
                .recorded(recording, stage.sluice().jvm(), () -> load.openLoop(PER_SECOND, measured(setting)));
        costs.end(series, result.answers(), samples);
        samples.addLatencies(series, result.latencies());
        samples.add(series + " local", (traffic.asked().local() - local) / (double) result.answers());
    }

    /** What is spent where nobody asks, as if it were spent on this rate of requests. */
    private static void measureIdle(Setting setting, Stage stage, Samples samples) throws Exception {
        Duration duration = Duration.ofMillis(setting.pick(500, 5_000, 10_000));
        Costs costs = Costs.begin(stage.sluice());
        TimeUnit.MILLISECONDS.sleep(duration.toMillis());
        costs.end(IDLE, PER_SECOND * duration.toMillis() / 1_000, samples);
    }

    private List<Row> idleRows(Samples samples) {
        String figure = "REST, idle, as if there were " + PER_SECOND + "/s";
        List<Row> rows = new ArrayList<>();
        rows.add(Row.of(number(), figure + ", processor", "µs/request", samples.of(Costs.cpu(IDLE))));
        CostRows.of(number(), figure, IDLE, samples).stream()
                .map(Row::inJsonOnly)
                .forEach(rows::add);
        return rows;
    }

    private List<Row> rows(Traffic traffic, Samples samples) {
        String ours = SLUICE + traffic.name();
        String script = SCRIPT + traffic.name();
        String figure = "REST, " + PER_SECOND + "/s, " + traffic.name();
        Map<String, Goal> goals = Map.of("p50", Goal.ratioAtMost(1.0), "p99", Goal.ratioAtMost(3.0));
        List<Row> rows = new ArrayList<>();
        for (String percentile : Samples.percentileNames()) {
            Row row = Row.of(number(), figure + ", " + percentile, "ms", samples.of(ours, percentile))
                    .against(SCRIPT, samples.of(script, percentile));
            Goal goal = goals.get(percentile);
            rows.add(goal == null ? row.inJsonOnly() : row.toReach(goal));
        }
        rows.add(Row.of(number(), figure + ", processor", "µs/request", samples.of(Costs.cpu(ours)))
                .against(SCRIPT, samples.of(Costs.cpu(script)))
                .toReach(Goal.ratioAtMost(0.6)));
        rows.add(Row.of(number(), figure + ", answered by the front end itself", "share", samples.of(ours + " local")));
        rows.addAll(CostRows.of(number(), figure, ours, samples));
        rows.add(beyond(figure + ", admitted beyond a client's limit", traffic.asked()));
        rows.add(beyond(figure + ", the same by the Redis script", traffic.scriptAsked()));
        return rows;
    }

    private Row beyond(String figure, DrawnAdmissions asked) {
        double tokens = asked.admittedBeyond(ClientLimit.BURST, ClientLimit.TOKENS_PER_SECOND);
        return Row.of(number(), figure, "tokens", List.of(tokens)).toReach(Goal.atMost(0));
    }
}
