package io.sluice.perf.load;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.AdmissionAnswer;
import io.sluice.client.ClientConfig;
import io.sluice.client.KafkaAdmissions;
import io.sluice.perf.kafka.Await;
import io.sluice.perf.kafka.PerfCluster;
import io.sluice.perf.kafka.SluiceApp;
import io.sluice.schemas.control.ControlKey;
import io.sluice.schemas.reply.Answer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Admissions through the client, the broker and the streams app. */
public final class SluiceAsker implements Asker, AutoCloseable {
    private static final long DEADLINE_MILLIS = 20_000;
    private static final ControlKey KEY = new ControlKey(new byte[ControlKey.BYTES_MIN]);
    private static final String RULES = "{\"limits\":["
            + "{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":10000,\"per\":\"1s\"},"
            + "\"burst\":1000000},"
            + "{\"id\":\"per-account\",\"scope\":\"account\",\"rate\":{\"tokens\":10000,\"per\":\"1s\"},"
            + "\"burst\":1000000}]}";

    private final Questions questions;
    private final SluiceApp app;
    private final KafkaAdmissions admissions;

    private SluiceAsker(Questions questions, SluiceApp app, KafkaAdmissions admissions) {
        this.questions = questions;
        this.app = app;
        this.admissions = admissions;
    }

    /** Starts app and client, and waits until every partition answers. */
    public static SluiceAsker start(PerfCluster cluster, Questions questions) throws Exception {
        cluster.activate(KEY, 1, RULES);
        SluiceApp app = SluiceApp.start(cluster, KEY, "round-trip");
        KafkaAdmissions admissions = KafkaAdmissions.connect(
                ClientConfig.standard(Map.of("bootstrap.servers", cluster.bootstrapServers())),
                new SimpleMeterRegistry());
        Await.until("readiness", () -> admissions.readiness().ready());
        return new SluiceAsker(questions, app, admissions);
    }

    /** Puts another ruleset in force in every partition, as the rules writer does. */
    public static void activate(PerfCluster cluster, long revision, String rulesJson) {
        cluster.activate(KEY, revision, rulesJson);
    }

    @Override
    public CompletableFuture<?> ask(int number) {
        return admissions.admit(questions.get(number), DEADLINE_MILLIS).thenAccept(SluiceAsker::check);
    }

    /** The rules allow everything, so anything else would be another thing measured. */
    private static void check(AdmissionAnswer answer) {
        if (!(answer instanceof AdmissionAnswer.Answered answered)
                || answered.verdict().answer() != Answer.ALLOW) {
            throw new IllegalStateException(answer + " (expected: allow)");
        }
    }

    @Override
    public void close() {
        admissions.close();
        app.close();
    }
}
