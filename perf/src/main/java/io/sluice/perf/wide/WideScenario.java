package io.sluice.perf.wide;

import io.sluice.perf.Scenario;
import io.sluice.perf.ScenarioFailedException;
import io.sluice.perf.Setting;
import io.sluice.perf.load.HttpLoad;
import io.sluice.perf.oracle.LogCheck;
import io.sluice.perf.process.DevProcess;
import io.sluice.perf.report.Goal;
import io.sluice.perf.report.Row;
import io.sluice.perf.report.Samples;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Requests that meet a limit of all accounts, beside the same without: one bucket for everybody, and one for each of a
 * million addresses. All of them go through Kafka, but for hot clients ({@link HotScope}). A third limit is scarce:
 * what it admits must not exceed its bound.
 */
public final class WideScenario implements Scenario {
    private static final String OWN = "00 own limit only";
    private static final int RATE = 400;
    private static final int CONNECTIONS = 64;
    private static final int ADDRESSES = 1_000_000;
    private static final int SCARCE = 100;
    private static final String RULES = """
            {"limits":[
              {"id":"own","scope":"account","rate":{"tokens":1000000,"per":"1s"},"burst":1000000000},
              {"id":"all","match":{"path":"/all"},"scope":"global",
               "rate":{"tokens":1000000,"per":"1s"},"burst":1000000000},
              {"id":"address","match":{"path":"/address"},"scope":["global","attribute:ip"],
               "rate":{"tokens":5,"per":"1m"},"burst":5},
              {"id":"scarce","match":{"path":"/scarce"},"scope":"global","rate":{"tokens":%d,"per":"1s"},"burst":%d}]}
            """.formatted(SCARCE, SCARCE);

    @Override
    public Listing listing() {
        return Listing.of("20", "wide").onlyByName();
    }

    @Override
    public List<Row> run(Setting setting) throws Exception {
        Map<String, WideLoad> sides = new TreeMap<>();
        sides.put(OWN, new WideLoad("/own", 0));
        sides.put("one bucket", new WideLoad("/all", 0));
        sides.put("1 M addresses", new WideLoad("/address", ADDRESSES));
        Samples samples = new Samples();
        List<Row> rows = new ArrayList<>();
        try (DevProcess sluice = DevProcess.start(setting.project(), RULES)) {
            for (WideLoad load : sides.values()) {
                HttpLoad.on(sluice.httpPort(), CONNECTIONS, load)
                        .openLoop(RATE, Duration.ofMillis(setting.pick(300, 8_000, 8_000)));
            }
            measure(setting, sluice, sides, samples);
            rows.addAll(rows(sides, samples));
            rows.addAll(HotScope.rows(setting, sluice.httpPort(), number()));
            rows.add(scarce(setting, sluice));
            rows.add(LogCheck.of(sluice.bootstrapServers(), sluice.keys(), sluice.rulesKey())
                    .decisions(1)
                    .overAdmission(number()));
        }
        return rows;
    }

    /**
     * Latencies come first: a side that is saturated leaves decisions to commit and usage to add up, and whoever comes
     * next would wait for that.
     */
    private static void measure(Setting setting, DevProcess sluice, Map<String, WideLoad> sides, Samples samples)
            throws IOException, InterruptedException {
        int rounds = setting.pick(1, 2, 3);
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, WideLoad> side : sides.entrySet()) {
                samples.addLatencies(
                        side.getKey(),
                        HttpLoad.on(sluice.httpPort(), CONNECTIONS, side.getValue())
                                .openLoop(RATE, Duration.ofMillis(setting.pick(300, 3_000, 4_000)))
                                .latencies());
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, WideLoad> side : sides.entrySet()) {
                samples.add(
                        side.getKey() + " saturated",
                        HttpLoad.on(sluice.httpPort(), CONNECTIONS, side.getValue())
                                .closedLoop(Duration.ofMillis(setting.pick(300, 2_000, 3_000)))
                                .perSecond());
            }
        }
    }

    private List<Row> rows(Map<String, WideLoad> sides, Samples samples) {
        List<Row> rows = new ArrayList<>();
        for (String side : sides.keySet()) {
            for (String percentile : Samples.percentileNames()) {
                Row row =
                        Row.of(number(), side + ", " + RATE + "/s, " + percentile, "ms", samples.of(side, percentile));
                if (!side.equals(OWN)) {
                    row = row.against(OWN, samples.of(OWN, percentile));
                    row = percentile.equals("p50") ? row.toReach(Goal.ratioAtMost(2.2)) : row;
                }
                rows.add(row);
            }
            Row row = Row.of(
                    number(), side + ", " + CONNECTIONS + " in flight", "decisions/s", samples.of(side + " saturated"));
            rows.add(side.equals(OWN) ? row : row.against(OWN, samples.of(OWN + " saturated")));
        }
        return rows;
    }

    /** Asked for far more than it has, a limit admits its burst and its rate, and nearly all of that. */
    private Row scarce(Setting setting, DevProcess sluice) throws Exception {
        WideLoad load = new WideLoad("/scarce", 0);
        HttpLoad http = HttpLoad.on(sluice.httpPort(), CONNECTIONS, load);
        HttpLoad.Result result = http.closedLoop(Duration.ofMillis(setting.pick(500, 5_000, 10_000)));
        double bound = SCARCE + SCARCE * (result.elapsedNanos() / 1e9 + 0.002);
        if (load.admitted() > bound) {
            throw new ScenarioFailedException(
                    "a limit of all accounts admitted " + load.admitted() + " (expected: at most " + bound + ")");
        }
        return Row.of(
                        number(),
                        "a scarce limit, asked for too much, is used",
                        "share",
                        List.of(load.admitted() / bound))
                .toReach(Goal.atLeast(0.95));
    }
}
