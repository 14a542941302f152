package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.state.LogPosition;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.store.BucketEntries;
import io.sluice.streams.store.HoldEntries;
import io.sluice.streams.store.LogPositions;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A streams app that is killed, and whose group's offsets are moved back, lost, or cut off by the log's retention. */
@Tag("long")
final class MovedOffsetsIT {
    private static final int REQUEST_PARTITIONS = 2;
    private static final int REPLY_PARTITIONS = 2;
    private static final long SEED = 20_261_129L;
    private static final int MOVED_BACK = 150;
    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final String GROUP = "sluice";
    private static final String CHANGELOG = "sluice-sluice-state-changelog";
    private static final String RULES = "{\"limits\":["
            + "{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":1,\"per\":\"1h\"},\"burst\":40},"
            + "{\"id\":\"per-account\",\"scope\":\"account\",\"rate\":{\"tokens\":1,\"per\":\"1h\"},\"burst\":100}]}";
    private static final Map<String, LimitBound> BOUNDS =
            Map.of("per-client", new LimitBound(40, 1, 3_600_000), "per-account", new LimitBound(100, 1, 3_600_000));
    private static final long IDEMPOTENCY_WINDOW_MILLIS = 600_000;

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @TempDir
    private Path directory;

    private final RequestGenerator generator = new RequestGenerator(SEED, TrafficShape.mixed(REPLY_PARTITIONS));

    @Test
    void shouldDecideNothingTwice_whateverBecomesOfTheGroupsOffsets() throws Exception {
        // Given: an app that was killed once, and then stopped in peace
        BROKER.createTopics(REQUEST_PARTITIONS, REPLY_PARTITIONS);
        activate();
        evaluate(400, SluiceProcess::kill);
        evaluate(400, app -> assertThat(app.stop()).isTrue());

        // When: an operator moves the offsets back
        moveBack();
        double readAgain = evaluate(100, app -> assertThat(app.stop()).isTrue());

        // Then
        assertThat(readAgain).isGreaterThanOrEqualTo(REQUEST_PARTITIONS * MOVED_BACK);
        assertAgainstLog(900);

        // When: the broker forgets the group, and the state has to be restored from its changelog
        BROKER.admin().deleteConsumerGroups(List.of(GROUP)).all().get();
        delete(directory.resolve("state"));
        double allAgain = evaluate(100, app -> assertThat(app.stop()).isTrue());

        // Then
        assertThat(allAgain).isGreaterThanOrEqualTo(900);
        assertAgainstLog(1_000);
        assertThat(answersToWhatIsReadAgain()).isNotEmpty();

        // When: what was asked while no app ran is gone before one starts
        long missing = cutOff();
        double missed = missedAtStart();

        // Then
        assertThat(missed).isEqualTo(missing);
    }

    /** How an app ends. */
    @FunctionalInterface
    private interface End {
        void of(SluiceProcess app) throws Exception;
    }

    /** Has an app decide further requests; returns how many records it found decided before. */
    private double evaluate(int requests, End end) throws Exception {
        ask(requests);
        long expected = LogOracle.replay(
                        BROKER.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, REPLY_PARTITIONS))
                .expectedDecisions();
        try (SluiceProcess app = streamsApp()) {
            String adminUrl = app.awaitStreamsApp();
            Awaitility.await().atMost(WITHIN).until(() -> committedDecisions() >= expected);
            double redelivery = new HttpCaller().metric(adminUrl, "sluice_requests_redelivered_total");
            end.of(app);
            return redelivery;
        }
    }

    private void ask(int requests) {
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            for (int i = 0; i < requests; i++) {
                writer.ask(generator.nextRecord());
            }
        }
    }

    private static void activate() {
        String payload = ActivationCodec.encode(new RulesetActivation(1, RULES, "tester", "to count exactly"));
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            writer.broadcast(TestKeys.RULES.sign(SignedKind.RULES, payload), REQUEST_PARTITIONS);
        }
    }

    private static int committedDecisions() {
        return TopicReader.readAll(BROKER.bootstrapServers(), TopicCatalogue.DECISIONS, IsolationLevel.READ_COMMITTED)
                .size();
    }

    private static Map<TopicPartition, Long> committedOffsets() throws Exception {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        BROKER.admin()
                .listConsumerGroupOffsets(GROUP)
                .partitionsToOffsetAndMetadata()
                .get()
                .forEach((partition, offset) -> offsets.put(partition, offset.offset()));
        assertThat(offsets).hasSize(REQUEST_PARTITIONS);
        return offsets;
    }

    private static void moveBack() throws Exception {
        Map<TopicPartition, OffsetAndMetadata> moved = new HashMap<>();
        committedOffsets()
                .forEach((partition, offset) -> moved.put(partition, new OffsetAndMetadata(offset - MOVED_BACK)));
        BROKER.admin().alterConsumerGroupOffsets(GROUP, moved).all().get();
    }

    /** Puts 200 records into each partition of which nothing is left; returns how many there are. */
    private static long cutOff() throws Exception {
        Map<TopicPartition, RecordsToDelete> deleted = new HashMap<>();
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            for (int partition = 0; partition < REQUEST_PARTITIONS; partition++) {
                long offset = 0;
                for (int i = 0; i < 201; i++) {
                    offset = writer.send(TopicCatalogue.REQUESTS, partition, null, new byte[] {'?'})
                            .offset();
                }
                deleted.put(
                        new TopicPartition(TopicCatalogue.REQUESTS, partition), RecordsToDelete.beforeOffset(offset));
            }
        }
        BROKER.admin().deleteRecords(deleted).all().get();
        return REQUEST_PARTITIONS * 200L;
    }

    private double missedAtStart() throws Exception {
        try (SluiceProcess app = streamsApp()) {
            String adminUrl = app.awaitStreamsApp();
            Awaitility.await()
                    .atMost(WITHIN)
                    .until(() -> new HttpCaller().metric(adminUrl, "sluice_requests_skipped_total")
                            >= REQUEST_PARTITIONS * 200);
            assertThat(app.lines())
                    .filteredOn(line -> line.contains("is not decided"))
                    .hasSize(REQUEST_PARTITIONS);
            double missed = new HttpCaller().metric(adminUrl, "sluice_requests_skipped_total");
            assertThat(app.stop()).isTrue();
            return missed;
        }
    }

    private static void assertAgainstLog(int requests) {
        LogOracle oracle =
                LogOracle.assertAll(BROKER.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, REPLY_PARTITIONS));
        assertThat(oracle.outcomes()).hasSize(requests);
        DecisionHistory.read(BROKER.bootstrapServers()).assertGuarantees(oracle, BOUNDS, IDEMPOTENCY_WINDOW_MILLIS);
        List<ConsumerRecord<byte[], byte[]>> changelog =
                TopicReader.readAll(BROKER.bootstrapServers(), CHANGELOG, IsolationLevel.READ_COMMITTED);
        oracle.assertStore(BucketEntries.latest(changelog), HoldEntries.latest(changelog));
        Map<Integer, LogPosition> positions = LogPositions.latest(changelog);
        assertThat(positions).isEqualTo(oracle.positions());
    }

    private static List<String> answersToWhatIsReadAgain() throws WireException {
        List<String> answered = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record :
                TopicReader.readAll(BROKER.bootstrapServers(), TopicCatalogue.REPLIES, IsolationLevel.READ_COMMITTED)) {
            if (ReplyCodec.decode(record.value()) instanceof Verdict verdict
                    && verdict.error() != null
                    && verdict.error().code().equals(WireError.ALREADY_DECIDED)) {
                answered.add(verdict.decisionId());
            }
        }
        return answered;
    }

    private static void delete(Path tree) throws Exception {
        try (Stream<Path> entries = Files.walk(tree)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        }
    }

    private SluiceProcess streamsApp() throws Exception {
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
