package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.gen.RequestGenerator;
import io.sluice.testkit.gen.TrafficShape;
import io.sluice.testkit.guarantee.DecisionHistory;
import io.sluice.testkit.guarantee.LimitBound;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A streams app that has much to catch up with, so that its thread is busy from the first record on, killed again and
 * again: what was in its send queue, and what waited to be written to RocksDB, is gone each time.
 */
@Tag("long")
final class CatchUpIT {
    private static final int REQUEST_PARTITIONS = 2;
    private static final int REPLY_PARTITIONS = 2;
    private static final int REQUESTS = 60_000;
    private static final int KILLS = 4;
    private static final int REQUESTS_A_ROUND = 8_000;
    private static final long SEED = 20_261_122L;
    private static final TrafficShape BACKLOG = new TrafficShape(
            /* accounts= */ 40, /* clientsPerAccount= */ 5, /* costMax= */ 4, REPLY_PARTITIONS, /* keyedPercent= */ 0);
    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final String RULES = "{\"limits\":["
            + "{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":5,\"per\":\"1s\"},\"burst\":20},"
            + "{\"id\":\"per-account\",\"scope\":\"account\",\"rate\":{\"tokens\":30,\"per\":\"1s\"},\"burst\":60}]}";
    private static final Map<String, LimitBound> BOUNDS =
            Map.of("per-client", new LimitBound(20, 5, 1_000), "per-account", new LimitBound(60, 30, 1_000));
    private static final long IDEMPOTENCY_WINDOW_MILLIS = 600_000;

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @TempDir
    private Path directory;

    @Test
    void shouldDecideEachRequestOnce_whenItIsKilledWhileItIsBusy() throws Exception {
        // Given
        BROKER.createTopics(REQUEST_PARTITIONS, REPLY_PARTITIONS);
        activate();
        RequestGenerator generator = new RequestGenerator(SEED, BACKLOG);
        ask(generator, REQUESTS - KILLS * REQUESTS_A_ROUND);

        // When: each round has work, even if the one before had gone through all of it
        for (int kill = 0; kill < KILLS; kill++) {
            ask(generator, REQUESTS_A_ROUND);
            long before = decisions();
            try (SluiceProcess app = streamsApp()) {
                Awaitility.await().atMost(WITHIN).until(() -> decisions() > before + 2_000);
                app.kill();
            }
        }
        assertThat(committed()).as("decided before the last kill").isBetween(1, REQUESTS - 1);
        try (SluiceProcess app = streamsApp()) {
            Awaitility.await()
                    .atMost(WITHIN)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> committed() >= REQUESTS);
            assertThat(app.stopWithin(SluiceProcess.STOP_PROMISED)).isTrue();
        }

        // Then
        LogOracle oracle =
                LogOracle.assertAll(BROKER.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, REPLY_PARTITIONS));
        assertThat(oracle.outcomes()).hasSize(REQUESTS);
        DecisionHistory history = DecisionHistory.read(BROKER.bootstrapServers());
        history.assertGuarantees(oracle, BOUNDS, IDEMPOTENCY_WINDOW_MILLIS);
        assertThat(history.decisions()).hasSize(REQUESTS);
    }

    private static void activate() {
        String payload = ActivationCodec.encode(new RulesetActivation(1, RULES, "tester", "a backlog"));
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            writer.broadcast(TestKeys.RULES.sign(SignedKind.RULES, payload), REQUEST_PARTITIONS);
        }
    }

    private static void ask(RequestGenerator generator, int requests) {
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            for (int i = 0; i < requests; i++) {
                RequestRecord request = generator.nextRecord();
                writer.askLater(request);
            }
        }
    }

    /** Where the decision topic ends, decisions that are not committed included. */
    private static long decisions() {
        return TopicReader.endOf(BROKER.bootstrapServers(), TopicCatalogue.DECISIONS);
    }

    private static int committed() {
        return TopicReader.readAll(BROKER.bootstrapServers(), TopicCatalogue.DECISIONS, IsolationLevel.READ_COMMITTED)
                .size();
    }

    private SluiceProcess streamsApp() throws IOException {
        return SluiceProcess.start(
                SluiceProcess.environment(BROKER.bootstrapServers(), directory.resolve("keys")),
                List.of(
                        "streams-app",
                        "--admin-port",
                        "0",
                        "--no-rules-writer",
                        "--state-dir",
                        directory.resolve("state").toString()));
    }
}
