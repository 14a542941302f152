package io.sluice.perf.many;

import io.sluice.perf.Scenario;
import io.sluice.perf.Setting;
import io.sluice.perf.load.AdmissionLoad.Request;
import io.sluice.perf.load.ClientDraw;
import io.sluice.perf.load.ClientLimit;
import io.sluice.perf.load.DrawnAdmissions;
import io.sluice.perf.load.HttpLoad;
import io.sluice.perf.oracle.LogCheck;
import io.sluice.perf.process.DevProcess;
import io.sluice.perf.process.Jvm;
import io.sluice.perf.process.Stage;
import io.sluice.perf.report.Goal;
import io.sluice.perf.report.Row;
import io.sluice.perf.report.Samples;
import io.sluice.perf.rest.RestTraffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Ten thousand clients at saturation, drawn by Zipf's law, each with the limit of {@link ClientLimit}. A few ask all
 * the time, and are refused; most ask once in a while, and are new to the front end again each time. The baseline is
 * the bare handler on the same front end: it decides nothing, and allows everything.
 */
public final class ManyScenario implements Scenario {
    private static final String SLUICE = "Sluice";
    private static final String BARE = "02 bare handler, direct";
    private static final int CLIENTS = 10_000;
    private static final int CONNECTIONS = 64;
    /** Longer than any run, so that the order does not repeat within one. */
    private static final int DRAWN = 1 << 20;

    private static final String FIGURE = "REST, 10,000 clients by Zipf";

    @Override
    public Listing listing() {
        // It takes minutes, and leaves a log that others would have to check with it.
        return Listing.of("23", "many").onlyByName();
    }

    @Override
    public List<Row> run(Setting setting) throws Exception {
        List<Request> clients = RestTraffic.allowed("many", CLIENTS);
        int[] drawn = ClientDraw.zipf(CLIENTS).next(DRAWN);
        DrawnAdmissions asked = new DrawnAdmissions("", clients, drawn);
        DrawnAdmissions bareAsked = new DrawnAdmissions("", clients, drawn);
        Samples samples = new Samples();
        try (Stage stage = Stage.start(setting, ClientLimit.RULES)) {
            HttpLoad rest = HttpLoad.on(stage.sluice().httpPort(), CONNECTIONS, asked);
            HttpLoad bare = HttpLoad.on(stage.directPort(), CONNECTIONS, bareAsked);
            Duration warmUp = Duration.ofMillis(setting.pick(500, 15_000, 30_000));
            System.err.println("bench: warming up for " + 2 * warmUp.toSeconds() + " s ...");
            // In turns, since two compilers at once would leave little for either.
            for (int i = 0; i < 2; i++) {
                bare.closedLoop(warmUp.dividedBy(8));
                rest.closedLoop(warmUp);
            }
            setting.profiles().recorded("23-many", stage.sluice().jvm(), () -> {
                for (int round = 0; round < setting.pick(1, 2, 3); round++) {
                    measureBare(setting, bare, stage.baselineJvm(), samples);
                    measure(setting, rest, asked, stage.sluice(), samples);
                }
                return true;
            });
            List<Row> rows = rows(samples);
            rows.add(Row.of(number(), FIGURE + ", admitted beyond a client's limit", "tokens", List.of((double)
                            asked.admittedBeyond(ClientLimit.BURST, ClientLimit.TOKENS_PER_SECOND)))
                    .toReach(Goal.atMost(0)));
            rows.add(LogCheck.of(
                            stage.sluice().bootstrapServers(), stage.sluice().keys())
                    .decisions(1)
                    .overAdmission(number(), asked.admittedByClient()));
            return rows;
        }
    }

    private static Duration measured(Setting setting) {
        return Duration.ofMillis(setting.pick(300, 4_000, 8_000));
    }

    private static void measureBare(Setting setting, HttpLoad load, Jvm jvm, Samples samples) throws Exception {
        load.closedLoop(Duration.ofMillis(setting.pick(100, 500, 1_000)));
        long nanos = jvm.cpuNanos();
        HttpLoad.Result result = load.closedLoop(measured(setting));
        samples.add(BARE, result.perSecond());
        samples.addLatencies(BARE, result.latencies());
        samples.add(Costs.cpu(BARE), Costs.micros(jvm.cpuNanos() - nanos, result.answers()));
    }

    private static void measure(
            Setting setting, HttpLoad load, DrawnAdmissions asked, DevProcess sluice, Samples samples)
            throws Exception {
        // Nobody has asked while the other side was measured: leases and rates are to be as under steady load.
        load.closedLoop(Duration.ofMillis(setting.pick(100, 3_000, 5_000)));
        long local = asked.local();
        long admitted = asked.admitted();
        Costs costs = Costs.begin(sluice);
        HttpLoad.Result result = load.closedLoop(measured(setting));
        costs.end(SLUICE, result.answers(), samples);
        samples.add(SLUICE, result.perSecond());
        samples.addLatencies(SLUICE, result.latencies());
        samples.add(SLUICE + " local", (asked.local() - local) / (double) result.answers());
        samples.add(SLUICE + " allowed", (asked.admitted() - admitted) / (double) result.answers());
    }

    private List<Row> rows(Samples samples) {
        List<Row> rows = new ArrayList<>();
        rows.add(Row.of(number(), FIGURE + ", " + CONNECTIONS + " at once", "requests/s", samples.of(SLUICE))
                .against(BARE, samples.of(BARE))
                .toReach(Goal.ratioAtLeast(0.75)));
        rows.add(Row.of(number(), FIGURE + ", answered by the front end itself", "share", samples.of(SLUICE + " local"))
                .toReach(Goal.atLeast(0.95)));
        rows.add(Row.of(number(), FIGURE + ", allowed", "share", samples.of(SLUICE + " allowed")));
        for (String percentile : Samples.percentileNames()) {
            rows.add(Row.of(number(), FIGURE + ", " + percentile, "ms", samples.of(SLUICE, percentile))
                    .against(BARE, samples.of(BARE, percentile))
                    .inJsonOnly());
        }
        rows.add(Row.of(number(), FIGURE + ", processor", "µs/request", samples.of(Costs.cpu(SLUICE)))
                .against(BARE, samples.of(Costs.cpu(BARE))));
        rows.addAll(CostRows.of(number(), FIGURE, SLUICE, samples));
        return rows;
    }
}
