package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.topic.TopicCatalogue;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker that is killed together with one of two streams apps, in the middle of their work, stays away for longer
 * than any time-out of theirs, and comes back with the dead one still in its group.
 */
@Tag("long")
final class BrokerOutageIT {
    private static final int REQUEST_PARTITIONS = 4;
    private static final int REPLY_PARTITIONS = 2;
    private static final int BATCH = 400;
    private static final long SEED = 20_261_129L;
    private static final Duration DOWN = Duration.ofSeconds(80);
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(30);
    /** Each request has a decision of its own. */
    private static final TrafficShape TRAFFIC = new TrafficShape(
            /* accounts= */ 40, /* clientsPerAccount= */ 5, /* costMax= */ 4, REPLY_PARTITIONS, /* keyedPercent= */ 0);

    private static final String RULES = "{\"limits\":["
            + "{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":5,\"per\":\"1s\"},\"burst\":20}]}";

    @TempDir
    private Path directory;

    private final RequestGenerator requests = new RequestGenerator(SEED, TRAFFIC);

    @Test
    void shouldAnswerSoonAndLoseNothing_whenTheBrokerIsBack() throws Exception {
        // Given
        try (BrokerProcess broker = BrokerProcess.start(directory.resolve("broker"))) {
            broker.createTopics(REQUEST_PARTITIONS, REPLY_PARTITIONS);
            activate(broker);
            try (SluiceProcess survivor = streamsApp(broker, "survivor");
                    SluiceProcess victim = streamsApp(broker, "victim")) {
                String adminUrl = survivor.awaitStreamsApp();
                victim.awaitStreamsApp();
                ask(broker);
                awaitDecided(broker, BATCH, ANSWERED_WITHIN);
                ask(broker);

                // When
                broker.kill();
                victim.kill();
                assertThatItSaysSo(adminUrl);
                broker.restart();
                ask(broker);

                // Then
                awaitDecided(broker, 3 * BATCH, ANSWERED_WITHIN);
                HttpCaller caller = new HttpCaller();
                Awaitility.await()
                        .atMost(ANSWERED_WITHIN)
                        .until(() -> caller.get(adminUrl + "/readyz").status() == 200);
                assertThat(survivor.stopWithin(SluiceProcess.STOP_PROMISED)).isTrue();
                assertThat(survivor.lines())
                        .noneMatch(line -> line.startsWith("\tat "))
                        .noneMatch(line -> line.contains("ERROR"))
                        .satisfiesOnlyOnce(line -> assertThat(line).contains("streams app is not ready for"));
            }
            LogOracle oracle = LogOracle.assertAll(
                    broker.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, REPLY_PARTITIONS));
            assertThat(oracle.outcomes()).hasSizeGreaterThanOrEqualTo(3 * BATCH);
        }
    }

    /** Alive, and not ready, for as long as it takes. */
    private static void assertThatItSaysSo(String adminUrl) {
        HttpCaller caller = new HttpCaller();
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .until(() -> caller.get(adminUrl + "/readyz").status() == 503);
        Awaitility.await("still alive and not ready")
                .pollInterval(Duration.ofSeconds(1))
                .during(DOWN)
                .atMost(DOWN.multipliedBy(2))
                .until(() -> caller.get(adminUrl + "/healthz").status() == 200
                        && caller.get(adminUrl + "/readyz").status() == 503);
    }

    private static void awaitDecided(BrokerProcess broker, int count, Duration within) {
        Awaitility.await("decisions")
                .atMost(within)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> TopicReader.readAll(
                                        broker.bootstrapServers(),
                                        TopicCatalogue.DECISIONS,
                                        IsolationLevel.READ_COMMITTED)
                                .size()
                        >= count);
    }

    private static void activate(BrokerProcess broker) {
        String payload = ActivationCodec.encode(new RulesetActivation(1, RULES, "tester", "an outage"));
        try (TopicWriter writer = new TopicWriter(broker.bootstrapServers())) {
            writer.broadcast(TestKeys.RULES.sign(SignedKind.RULES, payload), REQUEST_PARTITIONS);
        }
    }

    private void ask(BrokerProcess broker) {
        try (TopicWriter writer = new TopicWriter(broker.bootstrapServers())) {
            for (int i = 0; i < BATCH; i++) {
                writer.ask(requests.nextRecord());
            }
        }
    }

    private SluiceProcess streamsApp(BrokerProcess broker, String name) throws IOException {
        Map<String, String> environment =
                new HashMap<>(SluiceProcess.environment(broker.bootstrapServers(), directory.resolve("keys")));
        environment.put("SLUICE_LOG_LEVEL", "INFO");
        return SluiceProcess.start(
                environment,
                List.of(
                        "streams-app",
                        "--admin-port",
                        "0",
                        "--no-rules-writer",
                        "--state-dir",
                        directory.resolve(name).toString()));
    }
}
