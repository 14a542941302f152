package io.sluice.perf.peer;

import io.sluice.perf.Scenario;
import io.sluice.perf.Setting;
import io.sluice.perf.load.AdmissionLoad;
import io.sluice.perf.load.AdmissionLoad.Request;
import io.sluice.perf.load.HttpLoad;
import io.sluice.perf.process.RedisServer;
import io.sluice.perf.process.Stage;
import io.sluice.perf.report.Goal;
import io.sluice.perf.report.Row;
import io.sluice.perf.report.Samples;
import io.sluice.perf.rest.RestTraffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sluice for hot clients beside what one would build instead: a token bucket as a Redis script, and Bucket4j over the
 * same Redis, both behind Sluice's own front end. Redis saves nothing here, and keeps no record of what it decided.
 */
public final class RedisScenario implements Scenario {
    private static final String SLUICE = "Sluice";
    private static final String BARE = "02 bare handler, direct";
    private static final String SCRIPT = "16 Redis script";
    private static final String BUCKET4J = "16 Bucket4j over Redis";
    private static final int MANY = 1_000;
    private static final int CONNECTIONS = 32;

    @Override
    public Listing listing() {
        return Listing.of("16", "redis");
    }

    @Override
    public List<Row> run(Setting setting) throws Exception {
        if (RedisServer.installed().isEmpty()) {
            return List.of(Row.without(
                    number(), listing().name(), "skipped: no redis-server on the PATH (apt-get install redis-server)"));
        }
        Stage stage = setting.shared().warm(setting);
        Samples samples = new Samples();
        Map<String, List<Request>> traffics = new LinkedHashMap<>();
        traffics.put("one hot client", RestTraffic.allowed("redis-one", 1));
        if (setting.pick(0, 0, 1) == 1) {
            traffics.put("1,000 hot clients", RestTraffic.allowed("redis-many", MANY));
        }
        List<Row> rows = new ArrayList<>();
        for (Map.Entry<String, List<Request>> traffic : traffics.entrySet()) {
            setting.shared().add(measure(setting, stage, traffic.getValue(), samples));
            rows.addAll(rows(traffic.getKey(), samples));
            samples = new Samples();
        }
        return rows;
    }

    /** One of the limiters that are compared, and the address that takes its requests. */
    private record Side(String series, HttpLoad load) {}

    private static Map<String, Long> measure(Setting setting, Stage stage, List<Request> traffic, Samples samples)
            throws Exception {
        AdmissionLoad asked = new AdmissionLoad("", traffic);
        List<Side> sides = List.of(
                new Side(BARE, baseline(stage, "", traffic)),
                new Side(SCRIPT, baseline(stage, "/script", traffic)),
                new Side(BUCKET4J, baseline(stage, "/bucket4j", traffic)),
                new Side(SLUICE, HttpLoad.on(stage.sluice().httpPort(), CONNECTIONS, asked)));
        Duration warmUp = Duration.ofMillis(setting.pick(300, 1_000, 1_000));
        for (Side side : sides) {
            side.load().closedLoop(warmUp);
        }
        Duration duration = Duration.ofMillis(setting.pick(300, 1_500, 1_500));
        for (int round = 0; round < setting.pick(1, 2, 3); round++) {
            for (Side side : sides) {
                if (side.series().equals(SLUICE)) {
                    setting.shared().activate(traffic);
                }
                samples.add(side.series(), side.load().closedLoop(duration).perSecond());
            }
        }
        return asked.admittedByClient();
    }

    private static HttpLoad baseline(Stage stage, String base, List<Request> traffic) {
        return HttpLoad.on(stage.directPort(), CONNECTIONS, new AdmissionLoad(base, traffic));
    }

    private List<Row> rows(String traffic, Samples samples) {
        return List.of(
                Row.of(number(), "Redis script behind the same front end, " + traffic, "requests/s", samples.of(SCRIPT))
                        .against(BARE, samples.of(BARE)),
                Row.of(
                                number(),
                                "Bucket4j over Redis behind the same front end, " + traffic,
                                "requests/s",
                                samples.of(BUCKET4J))
                        .against(BARE, samples.of(BARE)),
                Row.of(number(), "Sluice over REST, " + traffic, "requests/s", samples.of(SLUICE))
                        .against(SCRIPT, samples.of(SCRIPT))
                        .toReach(Goal.ratioAtLeast(2)));
    }
}
