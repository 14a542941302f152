package io.sluice.perf.rest;

import io.sluice.perf.Scenario;
import io.sluice.perf.Setting;
import io.sluice.perf.baseline.EchoCaller;
import io.sluice.perf.load.AdmissionLoad;
import io.sluice.perf.load.ClosedLoop;
import io.sluice.perf.load.HttpLoad;
import io.sluice.perf.load.Latencies;
import io.sluice.perf.load.OpenLoop;
import io.sluice.perf.load.RequestSamples;
import io.sluice.perf.process.Stage;
import io.sluice.perf.report.Goal;
import io.sluice.perf.report.Row;
import io.sluice.perf.report.Samples;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * How long a verdict over REST takes when every request goes through Kafka: 1,000 clients,
 * at steady rates and at saturation; beside a raw echo over two topics of the same broker.
 */
public final class LatencyScenario implements Scenario {
    private static final String ECHO = "00 echo";
    private static final String SATURATION = "saturated";
    private static final int CLIENTS = 1_000;
    private static final int CONNECTIONS = 64;
    private static final int GOAL_RATE = 1_000;
    private static final List<Integer> RATES = List.of(200, GOAL_RATE, 2_000);
    private static final Map<String, Goal> GOALS = Map.of("p50", Goal.ratioAtMost(0.9), "p99", Goal.ratioAtMost(1));

    @Override
    public Listing listing() {
        return Listing.of("11", "latency", "00");
    }

    @Override
    public List<Row> run(Setting setting) throws Exception {
        int all = RATES.size();
        // The goal is about the second.
        List<Integer> rates = RATES.subList(setting.pick(0, 1, 0), setting.pick(1, 2, all));
        AdmissionLoad loadRequests =
                new AdmissionLoad("", RestTraffic.exactly(RestTraffic.allowed("latency", CLIENTS)));
        Samples samples = new Samples();
        Stage stage = setting.shared().warm(setting);
        try (EchoCaller echo = EchoCaller.start(stage.sluice().bootstrapServers(), new RequestSamples())) {
            HttpLoad rest = HttpLoad.on(stage.sluice().httpPort(), CONNECTIONS, loadRequests);
            Sides sides = new Sides(rest, echo);
            sides.settle(setting);
            setting.profiles().recorded("11-latency", stage.sluice().jvm(), () -> {
                sides.measure(setting, rates, samples);
                return true;
            });
        }
        setting.shared().add(loadRequests.admittedByClient());
        return rows(rates, samples);
    }

    /** The two sides, which alternate. */
    private record Sides(HttpLoad rest, EchoCaller echo) {

        /** Sends each client's first request, which creates its bucket. */
        void settle(Setting setting) throws IOException, InterruptedException {
            Duration open = Duration.ofMillis(setting.pick(200, 1_500, 2_000));
            rest.openLoop(GOAL_RATE, open);
            echoAt(GOAL_RATE, open);
        }

        void measure(Setting setting, List<Integer> rates, Samples samples) throws IOException, InterruptedException {
            Duration open = Duration.ofMillis(setting.pick(500, 3_000, 3_000));
            Duration closed = Duration.ofMillis(setting.pick(300, 2_000, 2_000));
            for (int round = 0; round < setting.pick(1, 1, 2); round++) {
                for (int rate : rates) {
                    samples.addLatencies(ECHO + rate, echoAt(rate, open));
                    samples.addLatencies(
                            "rest" + rate, rest.openLoop(rate, open).latencies());
                }
                samples.add(ECHO + SATURATION, saturatedEcho(closed));
                samples.add("rest" + SATURATION, rest.closedLoop(closed).perSecond());
            }
        }

        private Histogram echoAt(int rate, Duration duration) throws InterruptedException {
            Histogram histogram = Latencies.histogram();
            new OpenLoop(echo, rate).run(Math.toIntExact(rate * duration.toMillis() / 1_000), moment -> histogram);
            return histogram;
        }

        private double saturatedEcho(Duration duration) throws InterruptedException {
            return ClosedLoop.run(echo, duration, CONNECTIONS).perSecond();
        }
    }

    private List<Row> rows(List<Integer> rates, Samples samples) {
        List<Row> rows = new ArrayList<>();
        for (int rate : rates) {
            for (String percentile : Samples.percentileNames()) {
                Row row = Row.of(
                                number(),
                                "REST through Kafka, " + rate + "/s, " + percentile,
                                "ms",
                                samples.of("rest" + rate, percentile))
                        .against(ECHO, samples.of(ECHO + rate, percentile));
                Goal goal = GOALS.get(percentile);
                rows.add(rate == GOAL_RATE && goal != null ? row.toReach(goal) : row);
            }
        }
        rows.add(Row.of(
                        number(),
                        "REST through Kafka, " + CONNECTIONS + " in flight",
                        "decisions/s",
                        samples.of("rest" + SATURATION))
                .against(ECHO, samples.of(ECHO + SATURATION))
                .toReach(Goal.ratioAtLeast(0.6)));
        return rows;
    }
}
