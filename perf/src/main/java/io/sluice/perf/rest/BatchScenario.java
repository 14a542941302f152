package io.sluice.perf.rest;

import io.sluice.perf.Scenario;
import io.sluice.perf.Setting;
import io.sluice.perf.load.AdmissionQuestions;
import io.sluice.perf.load.AdmissionQuestions.Question;
import io.sluice.perf.load.BatchQuestions;
import io.sluice.perf.load.HttpLoad;
import io.sluice.perf.process.Stage;
import io.sluice.perf.report.Goal;
import io.sluice.perf.report.Row;
import io.sluice.perf.report.Samples;
import java.time.Duration;
import java.util.List;

/** Admissions by hundreds in one request, beside the same admissions one by one. */
public final class BatchScenario implements Scenario {
    private static final String SINGLE = "single endpoint";
    private static final String BATCH = "batch endpoint";
    private static final int CLIENTS = 1_000;
    private static final int BATCH_SIZE = 100;
    private static final int SINGLE_CONNECTIONS = 64;
    private static final int BATCH_CONNECTIONS = 4;

    @Override
    public String number() {
        return "13";
    }

    @Override
    public String name() {
        return "batch";
    }

    @Override
    public List<Row> run(Setting setting) throws Exception {
        // What is compared is the way through Kafka: a front end would hold leases for clients that are asked for so
        // often.
        List<Question> traffic = RestTraffic.exactly(RestTraffic.allowed("batch", CLIENTS));
        AdmissionQuestions singles = new AdmissionQuestions("", traffic);
        BatchQuestions batches = new BatchQuestions(traffic, BATCH_SIZE);
        Samples samples = new Samples();
        Stage stage = setting.shared().warm(setting);
        HttpLoad single = HttpLoad.on(stage.sluice().httpPort(), SINGLE_CONNECTIONS, singles);
        HttpLoad batch = HttpLoad.on(stage.sluice().httpPort(), BATCH_CONNECTIONS, batches);
        Duration settling = Duration.ofMillis(setting.pick(300, 1_000, 2_000));
        single.closedLoop(settling);
        batch.closedLoop(settling);
        Duration duration = Duration.ofMillis(setting.pick(300, 2_000, 3_000));
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
        return List.of(Row.of(number(), BATCH + ", " + BATCH_SIZE + " in a request", "decisions/s", samples.of(BATCH))
                .against(SINGLE, samples.of(SINGLE))
                .toReach(Goal.ratioAtLeast(5)));
    }
}
