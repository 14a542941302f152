package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.client.ClientConfig;
import io.sluice.client.FailurePolicy;
import io.sluice.client.KafkaAdmissions;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.gen.RequestGenerator;
import io.sluice.testkit.gen.TrafficShape;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A streams app that stands still: a reply replica answers its callers, and the app catches up by itself. */
@Tag("long")
final class ReplicaTakeoverIT {
    private static final int REQUEST_PARTITIONS = 2;
    private static final int REPLY_PARTITIONS = 2;
    private static final long SEED = 20_261_130L;
    private static final int BURST = 60;
    /** Shorter than any takeover by the group, and long for a machine that others use. */
    private static final long DEADLINE_MILLIS = 5_000;

    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final String RULES = "{\"limits\":["
            + "{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":1,\"per\":\"1s\"},\"burst\":8}]}";

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @TempDir
    private Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RequestGenerator generator = new RequestGenerator(SEED, TrafficShape.mixed(REPLY_PARTITIONS));

    @Test
    void shouldAnswerEveryCaller_whileTheStreamsAppStandsStill() throws Exception {
        // Given
        BROKER.createTopics(REQUEST_PARTITIONS, REPLY_PARTITIONS);
        activate();
        try (SluiceProcess app = start("app", "--no-rules-writer");
                KafkaAdmissions admissions = connect()) {
            app.awaitStreamsApp();
            ask(admissions);
            try (SluiceProcess replica = start("replica", "--reply-replica")) {
                String replicaUrl = replica.awaitStreamsApp();
                ask(admissions);
                Awaitility.await().atMost(WITHIN).until(() -> compared("equal") > 0);

                // When
                app.pause();

                // Then
                ask(admissions);

                // When
                app.resume();
                ask(admissions);

                // Then: each of them has been answered twice, and equally
                Awaitility.await().atMost(WITHIN).until(() -> compared("equal") >= 3 * BURST);
                assertThat(compared("different")).as("seed %d", SEED).isZero();
                String metrics = new HttpCaller().get(replicaUrl + "/metrics").body();
                assertThat(metrics)
                        .contains("sluice_replica_starts_total{from=\"state\"} 2.0")
                        .contains("sluice_replica_undecided{partition=\"1\"}")
                        .doesNotContain("sluice_decisions_total", "sluice_requests_undecided");
                assertThat(replica.stopWithin(SluiceProcess.STOP_PROMISED)).isTrue();
            }
            awaitAllDecided();
            assertThat(app.stopWithin(SluiceProcess.STOP_PROMISED)).isTrue();
        }

        // Then
        LogOracle oracle =
                LogOracle.assertAll(BROKER.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, REPLY_PARTITIONS));
        assertThat(oracle.outcomes()).hasSizeGreaterThan(3 * BURST);
    }

    private KafkaAdmissions connect() {
        return KafkaAdmissions.connect(
                new ClientConfig(
                        Map.of("bootstrap.servers", BROKER.bootstrapServers()),
                        0,
                        1_000,
                        FailurePolicy.ERROR,
                        Duration.ofMillis(500)),
                registry);
    }

    private void ask(KafkaAdmissions admissions) throws Exception {
        Awaitility.await().atMost(WITHIN).until(() -> admissions.readiness().ready());
        for (int i = 0; i < BURST; i++) {
            AdmissionRequest request = next();
            CompletableFuture<Answer<AdmissionVerdict>> asked = admissions.admit(request, DEADLINE_MILLIS);
            Answer<AdmissionVerdict> answer = asked.get(WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(answer.orNull())
                    .as("request %d, seed %d: %s", i, SEED, answer)
                    .isNotNull();
        }
    }

    /** One that does not want to be delayed: the test would wait with it. */
    private AdmissionRequest next() {
        AdmissionRequest request = generator.next();
        while (request.maxWaitMillis() > 0) {
            request = generator.next();
        }
        return request;
    }

    private static void awaitAllDecided() {
        Awaitility.await().atMost(WITHIN).pollInterval(Duration.ofSeconds(1)).until(() -> {
            LogOracle oracle =
                    LogOracle.replay(BROKER.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, REPLY_PARTITIONS));
            return TopicReader.readAll(
                                    BROKER.bootstrapServers(), TopicCatalogue.DECISIONS, IsolationLevel.READ_COMMITTED)
                            .size()
                    >= oracle.expectedDecisions();
        });
    }

    private static void activate() {
        String payload = ActivationCodec.encode(new RulesetActivation(1, RULES, "tester", "before a pause"));
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            writer.broadcast(TestKeys.RULES.sign(SignedKind.RULES, payload), REQUEST_PARTITIONS);
        }
    }

    private double compared(String outcome) {
        return registry.get("sluice.client.replies.compared")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private SluiceProcess start(String name, String role) throws IOException {
        return SluiceProcess.start(
                SluiceProcess.environment(BROKER.bootstrapServers(), directory.resolve("keys")),
                List.of(
                        "streams-app",
                        "--admin-port",
                        "0",
                        role,
                        "--state-dir",
                        directory.resolve(name).toString()));
    }
}
