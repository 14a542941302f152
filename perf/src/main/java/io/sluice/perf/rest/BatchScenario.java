package io.sluice.perf.rest;

import io.sluice.perf.Scenario;
import io.sluice.perf.Setting;
import io.sluice.perf.load.AdmissionLoad;
import io.sluice.perf.load.AdmissionLoad.Request;
import io.sluice.perf.load.HttpBatches;
import io.sluice.perf.load.HttpLoad;
import io.sluice.perf.process.Stage;
import io.sluice.perf.report.Goal;
import io.sluice.perf.report.Row;
import io.sluice.perf.report.Samples;
import java.time.Duration;
import java.util.List;

/**
 * Admissions by hundreds in one request, beside the same admissions one by one: as it ships, where batches make clients
 * hot that are cold one by one, and with every request through Kafka.
 */
public final class BatchScenario implements Scenario {
    private static final String SINGLE = "single endpoint";
    private static final String BATCH = "batch endpoint";
    private static final int CLIENTS = 1_000;
    private static final int BATCH_SIZE = 100;
    private static final int SINGLE_CONNECTIONS = 64;
    private static final int BATCH_CONNECTIONS = 4;

    @Override
    public Listing listing() {
        return Listing.of("13", "batch");
    }

    @Override
    public List<Row> run(Setting setting) throws Exception {
        Stage stage = setting.shared().warm(setting);
        List<Request> shipped = RestTraffic.allowed("batch", CLIENTS);
        // Without leases: the way through Kafka alone.
        List<Request> exact = RestTraffic.exactly(RestTraffic.allowed("batch-exact", CLIENTS));
        Row whole = measured("", shipped, setting, stage).toReach(Goal.ratioAtLeast(5));
        return List.of(whole, measured(", exact", exact, setting, stage));
    }

    private Row measured(String suffix, List<Request> traffic, Setting setting, Stage stage) throws Exception {
        AdmissionLoad singles = new AdmissionLoad("", traffic);
        HttpBatches batches = new HttpBatches(traffic, BATCH_SIZE);
        HttpLoad single = HttpLoad.on(stage.sluice().httpPort(), SINGLE_CONNECTIONS, singles);
        HttpLoad batch = HttpLoad.on(stage.sluice().httpPort(), BATCH_CONNECTIONS, batches);
        Duration settling = Duration.ofMillis(setting.pick(300, 1_000, 1_000));
        single.closedLoop(settling);
        batch.closedLoop(settling);
        Duration duration = Duration.ofMillis(setting.pick(300, 1_000, 1_500));
        Samples samples = new Samples();
        for (int round = 0; round < setting.pick(1, 2, 3); round++) {
            samples.add(SINGLE, single.closedLoop(duration).perSecond());
            samples.add(
                    BATCH,
                    setting.profiles()
                            .recorded(
                                    "13-batch",
                                    stage.sluice().jvm(),
                                    () -> BATCH_SIZE
                                            * batch.closedLoop(duration).perSecond()));
        }
        setting.shared().add(singles.admittedByClient());
        setting.shared().add(batches.admittedByClient());
        return Row.of(number(), BATCH + ", " + BATCH_SIZE + " in a request" + suffix, "decisions/s", samples.of(BATCH))
                .against(SINGLE + suffix, samples.of(SINGLE));
    }
}
