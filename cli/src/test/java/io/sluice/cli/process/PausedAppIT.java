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
 * A streams app whose process stands still, with an open transaction, for longer than the brokers keep that open: they
 * abort it and fence the producer, and the app must come back by itself, alone and with another one that took over.
 */
@Tag("long")
final class PausedAppIT {
    private static final int REQUEST_PARTITIONS = 2;
    private static final int REPLY_PARTITIONS = 2;
    private static final long SEED = 20_261_129L;
    private static final TrafficShape TRAFFIC = new TrafficShape(
            /* accounts= */ 40, /* clientsPerAccount= */ 5, /* costMax= */ 4, REPLY_PARTITIONS, /* keyedPercent= */ 20);
    /** The transaction's time-out of 6 s, the coordinator's scan every 5 s, and a second. */
    private static final Duration PAUSE = Duration.ofSeconds(12);

    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final int BURST = 100;
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

    private final RequestGenerator generator = new RequestGenerator(SEED, TRAFFIC);

    @Test
    void shouldComeBackByItself_whenItStoodStillForLongerThanItsTransaction() throws Exception {
        // Given
        BROKER.createTopics(REQUEST_PARTITIONS, REPLY_PARTITIONS);
        activate();
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers());
                SluiceProcess paused = streamsApp("a")) {
            String adminUrl = paused.awaitStreamsApp();

            // When: it is alone, so nobody takes its partitions
            standStill(paused, writer);

            // Then
            awaitAllDecided();
            try (SluiceProcess other = streamsApp("b")) {
                other.awaitStreamsApp();

                // When: another one takes them meanwhile
                standStill(paused, writer);

                // Then
                awaitAllDecided();
                Awaitility.await()
                        .atMost(WITHIN)
                        .until(() -> new HttpCaller().get(adminUrl + "/readyz").status() == 200);
                ask(writer, 5 * BURST);
                awaitAllDecided();
                assertThat(other.stopWithin(SluiceProcess.STOP_PROMISED)).isTrue();
            }
            ask(writer, 5 * BURST);
            awaitAllDecided();
            assertThat(paused.stopWithin(SluiceProcess.STOP_PROMISED)).isTrue();
        }

        // Then
        LogOracle oracle =
                LogOracle.assertAll(BROKER.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, REPLY_PARTITIONS));
        DecisionHistory history = DecisionHistory.read(BROKER.bootstrapServers());
        history.assertGuarantees(oracle, BOUNDS, IDEMPOTENCY_WINDOW_MILLIS);
        assertThat((long) history.decisions().size()).isEqualTo(oracle.expectedDecisions());
    }

    /** Pauses the app while it has work and so an open transaction, and asks on until after it goes on. */
    private void standStill(SluiceProcess app, TopicWriter writer) throws Exception {
        long before = decisions();
        ask(writer, 20 * BURST);
        Awaitility.await().atMost(WITHIN).until(() -> decisions() > before);
        app.pause();
        long startNanos = System.nanoTime();
        while (System.nanoTime() - startNanos < PAUSE.toNanos()) {
            ask(writer, BURST);
            // The pace of callers.
            Thread.sleep(500);
        }
        app.resume();
        ask(writer, 5 * BURST);
    }

    private static void awaitAllDecided() {
        Awaitility.await().atMost(WITHIN).pollInterval(Duration.ofSeconds(1)).until(() -> {
            LogOracle oracle =
                    LogOracle.replay(BROKER.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, REPLY_PARTITIONS));
            return committed() >= oracle.expectedDecisions();
        });
    }

    private static void activate() {
        String payload = ActivationCodec.encode(new RulesetActivation(1, RULES, "tester", "before a pause"));
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            writer.broadcast(TestKeys.RULES.sign(SignedKind.RULES, payload), REQUEST_PARTITIONS);
        }
    }

    private void ask(TopicWriter writer, int requests) {
        for (int i = 0; i < requests; i++) {
            RequestRecord request = generator.nextRecord();
            writer.askLater(request);
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

    private SluiceProcess streamsApp(String name) throws IOException {
        return SluiceProcess.start(
                SluiceProcess.environment(BROKER.bootstrapServers(), directory.resolve("keys")),
                List.of(
                        "streams-app",
                        "--admin-port",
                        "0",
                        "--no-rules-writer",
                        "--state-dir",
                        directory.resolve(name).toString()));
    }
}
