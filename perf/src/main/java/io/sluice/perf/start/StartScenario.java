package io.sluice.perf.start;

import io.sluice.perf.Scenario;
import io.sluice.perf.Setting;
import io.sluice.perf.load.AdmissionLoad;
import io.sluice.perf.load.HttpLoad;
import io.sluice.perf.oracle.LogCheck;
import io.sluice.perf.process.DevProcess;
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
 * A fresh {@code sluice dev} under load from the moment at which it says that it is ready: a thousand clients, every
 * request through Kafka, 64 in flight. With the AOT cache that the launcher finds, and without it.
 *
 * <p>A process is warm once three seconds in a row have 90 % of what the better of both reaches at its end.
 */
public final class StartScenario implements Scenario {
    private static final String WITH = "with the AOT cache";
    private static final String WITHOUT = "without";
    /** Ours come last in the launcher, so they win. */
    private static final Map<String, String> NO_CACHE = Map.of("SLUICE_JAVA_OPTS", "-XX:AOTMode=off");

    private static final int NO_GATEWAY = 0;
    private static final int CLIENTS = 1_000;
    private static final int CONNECTIONS = 64;
    private static final Duration SLICE = Duration.ofSeconds(1);
    private static final double WARM_SHARE = 0.9;
    private static final int IN_A_ROW = 3;
    private static final double WARM_SECONDS_MAX = 15;
    private static final double NANOS_PER_SECOND = 1e9;

    @Override
    public Listing listing() {
        // It takes minutes.
        return Listing.of("26", "start").onlyByName();
    }

    /** Requests a second in each second of load; the seconds since the start of the process at the end of each. */
    private record Ramp(double readySeconds, List<Double> perSecond, List<Double> atSeconds) {

        /** The mean of the last quarter. */
        double atItsEnd() {
            int size = perSecond.size();
            return perSecond.subList(size - Math.max(1, size / 4), size).stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElseThrow();
        }

        /** When it was first this fast for a while; if it never was, how long it had to be. */
        double secondsTo(double wanted) {
            int fast = 0;
            for (int i = 0; i < perSecond.size(); i++) {
                fast = perSecond.get(i) >= wanted ? fast + 1 : 0;
                if (fast == IN_A_ROW) {
                    return atSeconds.get(i - IN_A_ROW + 1);
                }
            }
            return atSeconds.get(atSeconds.size() - 1);
        }
    }

    @Override
    public List<Row> run(Setting setting) throws Exception {
        List<Row> rows = new ArrayList<>();
        Map<String, List<Ramp>> ramps = new LinkedHashMap<>();
        ramps.put(WITHOUT, new ArrayList<>());
        if (setting.project().aotCache().isPresent()) {
            ramps.put(WITH, new ArrayList<>());
        } else {
            rows.add(Row.without(number(), WITH, "skipped: no cli/target/sluice.aot (expected: ./dev train, JDK 25)"));
        }
        for (int round = 0; round < (setting.isFull() ? 3 : 1); round++) {
            for (Map.Entry<String, List<Ramp>> kind : ramps.entrySet()) {
                Map<String, String> environment = kind.getKey().equals(WITH) || ramps.size() == 1 ? Map.of() : NO_CACHE;
                kind.getValue().add(ramp(setting, environment, rows));
            }
        }
        rows.addAll(rows(ramps));
        return rows;
    }

    private Ramp ramp(Setting setting, Map<String, String> environment, List<Row> rows) throws Exception {
        long startNanos = System.nanoTime();
        try (DevProcess sluice = DevProcess.start(setting.project(), RestTraffic.RULES, NO_GATEWAY, environment)) {
            double readySeconds = (System.nanoTime() - startNanos) / NANOS_PER_SECOND;
            setting.server().note(sluice.jvm());
            AdmissionLoad asked = new AdmissionLoad("", RestTraffic.exactly(RestTraffic.allowed("start", CLIENTS)));
            HttpLoad load = HttpLoad.on(sluice.httpPort(), CONNECTIONS, asked);
            List<Double> perSecond = new ArrayList<>();
            List<Double> atSeconds = new ArrayList<>();
            for (int slice = 0; slice < setting.pick(4, 40, 60); slice++) {
                perSecond.add(load.closedLoop(SLICE).perSecond());
                atSeconds.add((System.nanoTime() - startNanos) / NANOS_PER_SECOND);
            }
            rows.add(LogCheck.of(sluice.bootstrapServers(), sluice.keys())
                    .decisions(1)
                    .overAdmission(number(), asked.admittedByClient()));
            return new Ramp(readySeconds, perSecond, atSeconds);
        }
    }

    private List<Row> rows(Map<String, List<Ramp>> ramps) {
        double wanted = WARM_SHARE
                * ramps.values().stream()
                        .flatMap(List::stream)
                        .mapToDouble(Ramp::atItsEnd)
                        .max()
                        .orElseThrow();
        Samples samples = new Samples();
        ramps.forEach((kind, runs) -> runs.forEach(ramp -> {
            samples.add(kind + " ready", ramp.readySeconds());
            samples.add(kind + " warm", ramp.secondsTo(wanted));
            samples.add(kind + " first", ramp.perSecond().get(0));
            samples.add(kind + " end", ramp.atItsEnd());
            System.err.println("bench: " + kind + ", requests/s second by second: "
                    + ramp.perSecond().stream().map(Math::round).toList());
        }));
        List<Row> rows = new ArrayList<>();
        for (String kind : ramps.keySet()) {
            rows.add(row("from start to ready, " + kind, "s", kind + " ready", samples));
            rows.add(row("from start to 90 % of warm throughput, " + kind, "s", kind + " warm", samples)
                    .toReach(Goal.atMost(WARM_SECONDS_MAX)));
            rows.add(row("in the first second of load, " + kind, "requests/s", kind + " first", samples));
            rows.add(row("warm, " + kind, "requests/s", kind + " end", samples));
        }
        return rows;
    }

    private Row row(String figure, String unit, String series, Samples samples) {
        return Row.of(number(), figure, unit, samples.of(series));
    }
}
