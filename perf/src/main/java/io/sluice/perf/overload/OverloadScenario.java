package io.sluice.perf.overload;

import io.sluice.perf.Scenario;
import io.sluice.perf.ScenarioFailedException;
import io.sluice.perf.Setting;
import io.sluice.perf.load.AdmissionLoad.Request;
import io.sluice.perf.load.HttpCrowd;
import io.sluice.perf.load.HttpLoad;
import io.sluice.perf.load.HttpReply;
import io.sluice.perf.oracle.LogCheck;
import io.sluice.perf.process.DevProcess;
import io.sluice.perf.report.Goal;
import io.sluice.perf.report.Row;
import io.sluice.perf.rest.RestTraffic;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Three times as many requests as the cluster can answer, for a minute: how many verdicts come in time, what the rest
 * is answered, and how long it takes until everybody has a verdict again. Every request goes through Kafka.
 *
 * <p>Capacity is what a closed loop reaches in the same run: the best of several numbers of callers. Before and after
 * the overload there is half of it.
 *
 * <p>Many limits apply to each of many checks in a request, so that the ledger is what is full. With small requests,
 * the load generator and the front end would need both processors before the ledger has enough.
 */
public final class OverloadScenario implements Scenario {
    private static final int CLIENTS = 1_000;
    private static final long DEADLINE_MILLIS = 1_000;
    private static final int TIMES = 3;
    private static final long PATIENT_DEADLINE_MILLIS = 20_000;
    private static final int LIMITS = 100;
    private static final int CHECKS = 10;
    private static final List<Integer> CALLERS = List.of(32, 64, 128);
    private static final int CONNECTIONS_MAX = 16_000;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MIB = 1 << 20;

    @Override
    public Listing listing() {
        // It takes minutes, and leaves a log that others would have to check with it.
        return Listing.of("24", "overload").onlyByName();
    }

    /** The three phases, by the moments of their requests. */
    private record Phases(Answered before, Answered during, Answered after, long[] bounds)
            implements HttpCrowd.Listener {
        static Phases begin() {
            return new Phases(
                    new Answered(DEADLINE_MILLIS),
                    new Answered(DEADLINE_MILLIS),
                    new Answered(DEADLINE_MILLIS),
                    new long[] {Long.MAX_VALUE, Long.MAX_VALUE});
        }

        private Answered of(long sentNanos) {
            if (sentNanos < bounds[0]) {
                return before;
            }
            return sentNanos < bounds[1] ? during : after;
        }

        @Override
        public void answered(long sentNanos, HttpReply reply) {
            of(sentNanos).answered(sentNanos, reply);
        }

        @Override
        public void lost(long sentNanos) {
            of(sentNanos).lost(sentNanos);
        }
    }

    @Override
    public List<Row> run(Setting setting) throws Exception {
        List<Request> clients = RestTraffic.allowed("overload", CLIENTS);
        HeavyRequests patient = new HeavyRequests(clients, CHECKS, PATIENT_DEADLINE_MILLIS);
        HeavyRequests impatient = new HeavyRequests(clients, CHECKS, DEADLINE_MILLIS);
        Map<String, Long> seen = new HashMap<>();
        List<Row> rows = new ArrayList<>();
        try (DevProcess sluice = DevProcess.start(setting.project(), RestTraffic.rulesOf(LIMITS));
                HeapWatch heap = new HeapWatch(sluice.jvm())) {
            setting.server().note(sluice.jvm());
            double capacity = capacity(setting, sluice, patient);
            System.err.printf("bench: capacity %.0f/s%n", capacity);
            long heapBefore = heap.takePeakBytes();
            Phases phases = Phases.begin();
            Duration overload = Duration.ofSeconds(setting.pick(3, 20, 60));
            try (HttpCrowd crowd = new HttpCrowd(sluice.httpPort(), CONNECTIONS_MAX, impatient, phases)) {
                overload(crowd, phases, capacity, overload, setting);
                System.err.println("bench: before: " + phases.before());
                System.err.println("bench: during: " + phases.during() + ", " + crowd.connectionsPeak()
                        + " connections, the load itself late by "
                        + millis(crowd.lag(), 50).get(0) + " ms (p50), "
                        + millis(crowd.lag(), 99).get(0) + " ms (p99)");
                System.err.println("bench: after: " + phases.after());
            }
            long heapDuring = heap.takePeakBytes();
            rows.addAll(rows(phases, capacity));
            rows.add(Row.of(number(), "peak heap at 3× capacity", "MiB", List.of(heapDuring / MIB))
                    .against("at capacity", List.of(heapBefore / MIB))
                    .noted(String.format("of %.0f MiB", sluice.jvm().heapBytesMax() / MIB)));
            patient.admittedByClient().forEach((client, tokens) -> seen.merge(client, tokens, Long::sum));
            impatient.admittedByClient().forEach((client, tokens) -> seen.merge(client, tokens, Long::sum));
            rows.add(LogCheck.of(sluice.bootstrapServers(), sluice.keys())
                    .decisions(1)
                    .overAdmission(number(), seen));
        }
        return rows;
    }

    /** Warms up, and finds the most verdicts a second. */
    private static double capacity(Setting setting, DevProcess sluice, HeavyRequests requests)
            throws IOException, InterruptedException, ScenarioFailedException {
        HttpLoad.on(sluice.httpPort(), CALLERS.get(1), requests)
                .closedLoop(Duration.ofSeconds(setting.pick(1, 20, 60)));
        double best = 0;
        for (int callers : CALLERS) {
            double perSecond = HttpLoad.on(sluice.httpPort(), callers, requests)
                    .closedLoop(Duration.ofSeconds(setting.pick(1, 4, 8)))
                    .perSecond();
            System.err.printf("bench: %d callers: %.0f/s%n", callers, perSecond);
            best = Math.max(best, perSecond);
        }
        if (requests.refused() > 0) {
            throw new ScenarioFailedException(requests.refused() + " patient requests got a 503 (expected: 0)");
        }
        return best;
    }

    private static void overload(HttpCrowd crowd, Phases phases, double capacity, Duration overload, Setting setting)
            throws IOException {
        int half = Math.max(1, (int) (capacity / 2));
        crowd.send(half, Duration.ofSeconds(setting.pick(1, 5, 10)));
        phases.bounds()[0] = System.nanoTime();
        crowd.send((int) (TIMES * capacity), overload);
        phases.bounds()[1] = System.nanoTime();
        crowd.send(half, Duration.ofSeconds(setting.pick(3, 10, 15)));
        crowd.awaitAnswers();
    }

    private List<Row> rows(Phases phases, double capacity) {
        Answered during = phases.during();
        double seconds = (phases.bounds()[1] - phases.bounds()[0]) / 1e9;
        double goodput = during.inTime() / seconds;
        List<Row> rows = new ArrayList<>();
        rows.add(Row.of(number(), "verdicts in time at 3× capacity", "verdicts/s", List.of(goodput))
                .against("capacity", List.of(capacity))
                .toReach(Goal.ratioAtLeast(0.8)));
        // Less than three times as much, if the load itself could not keep up.
        rows.add(Row.of(number(), "offered", "requests/s", List.of(during.all() / seconds))
                .against("capacity", List.of(capacity)));
        for (double percentile : new double[] {50, 99}) {
            String name = "p" + (int) percentile;
            rows.add(Row.of(number(), "verdict at 3× capacity, " + name, "ms", millis(during.verdicts(), percentile))
                    .against("half capacity", millis(phases.before().verdicts(), percentile)));
            rows.add(Row.of(number(), "503 at 3× capacity, " + name, "ms", millis(during.refusals(), percentile)));
        }
        rows.add(Row.of(number(), "answered 503 at 3× capacity", "share", List.of(during.shareOfRefusals())));
        rows.add(Row.of(number(), "503 without Retry-After", "share", List.of(1 - during.shareWithRetryAfter()))
                .toReach(Goal.atMost(0)));
        rows.add(Row.of(number(), "late or without an answer at 3× capacity", "requests", List.of((double)
                (during.late() + during.lost()))));
        rows.add(Row.of(
                        number(),
                        "everybody has a verdict again after",
                        "s",
                        List.of(phases.after().secondsToRecover(phases.bounds()[1])))
                .toReach(Goal.atMost(5)));
        return rows;
    }

    private static List<Double> millis(Histogram histogram, double percentile) {
        return List.of(histogram.getValueAtPercentile(percentile) / NANOS_PER_MILLI);
    }
}
