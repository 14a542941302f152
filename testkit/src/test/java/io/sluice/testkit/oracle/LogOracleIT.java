package io.sluice.testkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.gen.Activations;
import io.sluice.testkit.gen.BadRecord;
import io.sluice.testkit.gen.BadRecords;
import io.sluice.testkit.gen.RequestGenerator;
import io.sluice.testkit.gen.TrafficShape;
import io.sluice.testkit.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One log on a real broker, in order: first right answers are accepted, then one wrong decision is found. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class LogOracleIT {
    private static final int PARTITIONS = 3;
    private static final int REQUESTS = 200;

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private static List<BadRecord> bad;

    @BeforeAll
    static void writeRequests() {
        BROKER.createTopics(PARTITIONS, OracleLog.CONFIG.replyPartitions());
        bad = BadRecords.all(PARTITIONS, OracleLog.CONFIG.replyPartitions());
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            writer.broadcast(Activations.signed(TestKeys.RULES, 1, OracleLog.THREE_PER_SECOND), PARTITIONS);
            for (RequestRecord request : new RequestGenerator(11, TrafficShape.mixed(4)).take(REQUESTS)) {
                writer.ask(request);
            }
            for (BadRecord record : bad) {
                writer.send(TopicCatalogue.REQUESTS, record.partition(), record.key(), record.value());
            }
        }
    }

    @Test
    @Order(1)
    void shouldKnowEveryRecord_whenReplayedFromTheBroker() {
        // When
        LogOracle oracle = LogOracle.replay(BROKER.bootstrapServers(), OracleLog.CONFIG);

        // Then
        assertThat(oracle.outcomes()).hasSize(REQUESTS);
        assertThat(oracle.deadLetters().values().stream().map(ExpectedDeadLetter::reason))
                .containsExactlyInAnyOrderElementsOf(
                        bad.stream().map(BadRecord::reason).toList());
        assertThat(oracle.outcomes().values())
                .anyMatch(ExpectedOutcome::replayed)
                .anyMatch(expected -> !expected.leavesDecision())
                .anyMatch(expected ->
                        expected.outcome() != null && !expected.outcome().allowed());
    }

    @Test
    @Order(2)
    void shouldAcceptTheTopics_whenTheAppMakesNoMistake() {
        // Given: an app that aborts once, then commits
        LogOracle oracle = LogOracle.replay(BROKER.bootstrapServers(), OracleLog.CONFIG);
        try (Producer<byte[], byte[]> app = transactionalProducer()) {
            app.initTransactions();
            app.beginTransaction();
            writeAll(oracle, app);
            app.flush();
            app.abortTransaction();
            app.beginTransaction();
            writeAll(oracle, app);
            app.commitTransaction();
        }
        for (String topic : List.of(TopicCatalogue.REPLIES, TopicCatalogue.DECISIONS, TopicCatalogue.DEAD_LETTERS)) {
            TopicReader.awaitCommitted(BROKER.bootstrapServers(), topic);
        }

        // When
        LogOracle asserted = LogOracle.assertAll(BROKER.bootstrapServers(), OracleLog.CONFIG);

        // Then
        assertThat(asserted.outcomes()).isEqualTo(oracle.outcomes());
        assertThat(TopicReader.readAll(
                        BROKER.bootstrapServers(), TopicCatalogue.REPLIES, IsolationLevel.READ_UNCOMMITTED))
                .hasSize(2 * REQUESTS);
        assertThat(TopicReader.readAll(
                        BROKER.bootstrapServers(), TopicCatalogue.REPLIES, IsolationLevel.READ_COMMITTED))
                .hasSize(REQUESTS);
    }

    @Test
    @Order(3)
    void shouldFindTheDecision_whenOneWasWrittenTwice() throws Exception {
        // Given
        LogOracle oracle = LogOracle.replay(BROKER.bootstrapServers(), OracleLog.CONFIG);
        Decision decision = OracleLog.decisions(oracle).get(17);
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            writer.send(TopicCatalogue.DECISIONS, 0, new byte[0], DecisionCodec.encode(decision));
        }

        // When, Then
        assertThatThrownBy(() -> LogOracle.assertAll(BROKER.bootstrapServers(), OracleLog.CONFIG))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("decision " + decision.decisionId());
    }

    private static void writeAll(LogOracle oracle, Producer<byte[], byte[]> app) {
        for (Verdict verdict : OracleLog.verdicts(oracle)) {
            app.send(new ProducerRecord<>(TopicCatalogue.REPLIES, ReplyCodec.encode(verdict, "acme/alice")));
        }
        for (Decision decision : OracleLog.decisions(oracle)) {
            app.send(new ProducerRecord<>(TopicCatalogue.DECISIONS, DecisionCodec.encode(decision)));
        }
        for (ExpectedDeadLetter queuedRecord : oracle.deadLetters().values()) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    TopicCatalogue.DEAD_LETTERS,
                    queuedRecord.original().key(),
                    beginning(queuedRecord.original().value()));
            String[] place = queuedRecord.place().split("-");
            record.headers().add("sluice.reason", queuedRecord.reason().getBytes(StandardCharsets.UTF_8));
            record.headers().add("sluice.partition", place[0].getBytes(StandardCharsets.UTF_8));
            record.headers().add("sluice.offset", place[1].getBytes(StandardCharsets.UTF_8));
            app.send(record);
        }
    }

    private static byte[] beginning(byte[] value) {
        return value == null || value.length <= TopicCatalogue.DEAD_LETTER_VALUE_BYTES_MAX
                ? value
                : Arrays.copyOf(value, TopicCatalogue.DEAD_LETTER_VALUE_BYTES_MAX);
    }

    private static Producer<byte[], byte[]> transactionalProducer() {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        BROKER.bootstrapServers(),
                        "transactional.id",
                        "testkit",
                        "transaction.timeout.ms",
                        10_000,
                        "max.request.size",
                        4 << 20,
                        "delivery.timeout.ms",
                        (int) TimeUnit.SECONDS.toMillis(60)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }
}
