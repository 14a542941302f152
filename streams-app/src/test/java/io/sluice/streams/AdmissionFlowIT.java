package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.gen.BadRecord;
import io.sluice.testkit.gen.BadRecords;
import io.sluice.testkit.gen.RequestGenerator;
import io.sluice.testkit.gen.TrafficShape;
import io.sluice.testkit.guarantee.DecisionHistory;
import io.sluice.testkit.guarantee.LimitBound;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The streams app on a real broker and real RocksDB: stopped, started, wiped and fed with poison. */
final class AdmissionFlowIT {
    private static final int REQUEST_PARTITIONS = 3;
    private static final int REPLY_PARTITIONS = 2;
    private static final long SEED = 20_261_121L;
    private static final String RULES = "{\"tiers\":[\"free\",\"pro\"],\"alerts\":{\"at\":[\"50%\",\"100%\"]},"
            + "\"cardinality\":{\"bucketsPerAccount\":1,\"bucketsPerPartition\":4},\"limits\":["
            + "{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":5,\"per\":\"1s\"},\"burst\":20},"
            + "{\"id\":\"per-account\",\"scope\":\"account\",\"rate\":{\"tokens\":3,\"per\":\"100ms\"},\"burst\":60},"
            + "{\"id\":\"per-region\",\"scope\":[\"account\",\"attribute:region\"],"
            + "\"rate\":{\"tokens\":1,\"per\":\"1h\"},\"burst\":1000}]}";

    /** The larger of the two rulesets that are in force one after the other. */
    private static final Map<String, LimitBound> BOUNDS = Map.of(
            "per-client", new LimitBound(20, 5, 1_000),
            "per-account", new LimitBound(60, 3, 100),
            "per-region", new LimitBound(1_000, 1, 3_600_000));

    private static final long IDEMPOTENCY_WINDOW_MILLIS = 600_000;

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @BeforeAll
    static void createTopics() {
        BROKER.createTopics(REQUEST_PARTITIONS, REPLY_PARTITIONS);
    }

    @Test
    void shouldAgreeWithTheLog_whenStoppedWipedAndPoisonedInBetween(@TempDir Path stateDir) throws Exception {
        // Given
        RequestGenerator generator = new RequestGenerator(SEED, TrafficShape.mixed(REPLY_PARTITIONS));
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            activate(writer, 1, RULES);

            // When the app is restarted on its state, and on none
            runWith(stateDir, () -> send(writer, generator, 500));
            runWith(stateDir, () -> {
                send(writer, generator, 200);
                sendPoison(writer);
                activate(writer, 2, RULES.replace("\"burst\":20", "\"burst\":7"));
                send(writer, generator, 300);
            });
            delete(stateDir);
            runWith(stateDir, () -> {
                activate(writer, 2, RULES);
                send(writer, generator, 500);
                RunningApp.assertAgainstLog(BROKER.bootstrapServers(), REPLY_PARTITIONS);
            });
        }

        // Then
        LogOracle oracle = RunningApp.assertAgainstLog(BROKER.bootstrapServers(), REPLY_PARTITIONS);
        assertThat(oracle.outcomes()).hasSizeGreaterThanOrEqualTo(1_500);
        assertThat(oracle.alerts()).hasSizeGreaterThan(20);
        DecisionHistory history = DecisionHistory.read(BROKER.bootstrapServers());
        history.assertGuarantees(oracle, BOUNDS, IDEMPOTENCY_WINDOW_MILLIS);
        assertThat(history.decisions().stream()
                        .flatMap(decision -> decision.details().limits().stream())
                        .map(LimitStatus::scope))
                .contains("~overflow", "~overflow/partition");
        assertThat(history.decisions())
                .extracting(decision -> decision.details().rulesetRevision())
                .contains(1L, 2L);
        assertThat(history.decisions())
                .extracting(decision -> decision.details().allowed())
                .contains(true, false);
    }

    /** Something to do while the app runs. */
    @FunctionalInterface
    private interface Body {
        void run() throws Exception;
    }

    private static void runWith(Path stateDir, Body body) throws Exception {
        StreamsApp app = RunningApp.start(BROKER.bootstrapServers(), stateDir);
        try {
            body.run();
        } finally {
            app.close();
        }
        assertThat(app.hasFailed()).isFalse();
    }

    private static void activate(TopicWriter writer, long revision, String rules) {
        writer.broadcast(
                TestKeys.RULES.sign(SignedKind.RULES, TopologyFixture.activation(revision, rules)), REQUEST_PARTITIONS);
    }

    private static void send(TopicWriter writer, RequestGenerator generator, int count) {
        for (int i = 0; i < count; i++) {
            RequestRecord request = generator.nextRecord();
            writer.ask(request);
        }
    }

    private static void sendPoison(TopicWriter writer) {
        for (BadRecord bad : BadRecords.all(REQUEST_PARTITIONS, REPLY_PARTITIONS)) {
            writer.send(TopicCatalogue.REQUESTS, bad.partition(), bad.key(), bad.value());
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        }
    }
}
