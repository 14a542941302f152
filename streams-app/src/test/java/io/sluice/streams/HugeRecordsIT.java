package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.rules.RulesApp;
import io.sluice.streams.rules.RulesAppConfig;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.gen.RequestGenerator;
import io.sluice.testkit.gen.TrafficShape;
import io.sluice.testkit.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Records that are small on the wire and huge when they are unpacked, on a real broker. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class HugeRecordsIT {
    private static final int REPLY_PARTITIONS = 2;
    private static final long SEED = 20_261_129L;
    private static final int LARGE = 3 * 1_048_576;
    private static final int HUGE = 100 * 1_048_576;
    private static final String RULES = "{\"limits\":[{\"id\":\"per-client\",\"scope\":\"client\","
            + "\"rate\":{\"tokens\":5,\"per\":\"1s\"},\"burst\":20}]}";

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @BeforeAll
    static void createTopics() {
        BROKER.createTopics(1, REPLY_PARTITIONS);
    }

    @Test
    @Order(1)
    void shouldRefuseThemWhereTheyAreWritten_whenTheTopicsAreOurs() {
        // Given
        try (Producer<byte[], byte[]> producer = packing()) {
            // When / Then
            for (String topic : List.of(TopicCatalogue.REQUESTS, TopicCatalogue.RULES_COMMANDS)) {
                assertThatThrownBy(() -> producer.send(new ProducerRecord<>(topic, 0, null, new byte[LARGE]))
                                .get())
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(RecordTooLargeException.class);
                assertThat(TopicReader.endOf(BROKER.bootstrapServers(), topic)).isZero();
            }
        }
    }

    @Test
    @Order(2)
    void shouldSetThemAsideAndGoOn_whenTheTopicsTakeWhatIsPacked(@TempDir Path stateDir) throws Exception {
        // Given: topics that somebody else has made
        takePacked(TopicCatalogue.REQUESTS);
        takePacked(TopicCatalogue.RULES_COMMANDS);
        RequestGenerator generator = new RequestGenerator(SEED, TrafficShape.mixed(REPLY_PARTITIONS));
        StreamsApp app = RunningApp.start(BROKER.bootstrapServers(), stateDir);
        try (RulesApp rules = rulesApp(stateDir.resolve("rules"));
                TopicWriter writer = new TopicWriter(BROKER.bootstrapServers());
                Producer<byte[], byte[]> producer = packing()) {
            writer.broadcast(TestKeys.RULES.sign(SignedKind.RULES, TopologyFixture.activation(1, RULES)), 1);
            send(writer, generator, 50);
            await().atMost(Duration.ofMinutes(3)).until(rules::isRunning);
            List<Thread> threads = streamThreads();

            // When
            for (int bytes : List.of(LARGE, HUGE)) {
                for (String topic : List.of(TopicCatalogue.REQUESTS, TopicCatalogue.RULES_COMMANDS)) {
                    producer.send(new ProducerRecord<>(topic, 0, null, new byte[bytes]))
                            .get();
                }
                send(writer, generator, 50);
            }

            // Then
            await().atMost(Duration.ofMinutes(3))
                    .untilAsserted(() -> assertThat(deadLettersOfCommands()).hasSize(2));
            RunningApp.assertAgainstLog(BROKER.bootstrapServers(), REPLY_PARTITIONS);
            assertThat(streamThreads()).isEqualTo(threads);
            assertThat(deadLettersOfCommands())
                    .extracting(deadLetter -> header(deadLetter, "sluice.value-bytes"))
                    .containsExactly(Integer.toString(LARGE), Integer.toString(HUGE));
        } finally {
            app.close();
        }

        // Then: nor is a restart disturbed
        StreamsApp restarted = RunningApp.start(BROKER.bootstrapServers(), stateDir);
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            send(writer, generator, 50);
            RunningApp.assertAgainstLog(BROKER.bootstrapServers(), REPLY_PARTITIONS);
        } finally {
            restarted.close();
        }
    }

    private static RulesApp rulesApp(Path stateDir) throws Exception {
        return RulesApp.start(
                new RulesAppConfig(
                        Map.of("bootstrap.servers", BROKER.bootstrapServers(), "num.standby.replicas", "0"),
                        stateDir,
                        TestKeys.RULES,
                        TestKeys.TRUSTED,
                        /* approvalRequired= */ false),
                new SimpleMeterRegistry());
    }

    private static void send(TopicWriter writer, RequestGenerator generator, int count) {
        for (RequestRecord request : generator.take(count)) {
            writer.ask(request);
        }
    }

    private static Producer<byte[], byte[]> packing() {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        BROKER.bootstrapServers(),
                        "compression.type",
                        "zstd",
                        "max.request.size",
                        2 * HUGE,
                        "buffer.memory",
                        4L * HUGE),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static void takePacked(String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        AlterConfigOp packed =
                new AlterConfigOp(new ConfigEntry("compression.type", "producer"), AlterConfigOp.OpType.SET);
        BROKER.admin()
                .incrementalAlterConfigs(Map.of(resource, List.of(packed)))
                .all()
                .get();
        await().atMost(Duration.ofMinutes(3))
                .until(() -> BROKER.admin()
                        .describeConfigs(List.of(resource))
                        .all()
                        .get()
                        .get(resource)
                        .get("compression.type")
                        .value()
                        .equals("producer"));
    }

    private static List<Thread> streamThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches(".*-StreamThread-[0-9]+"))
                .sorted((a, b) -> a.getName().compareTo(b.getName()))
                .toList();
    }

    private static List<ConsumerRecord<byte[], byte[]>> deadLettersOfCommands() {
        return TopicReader.readAll(
                        BROKER.bootstrapServers(), TopicCatalogue.DEAD_LETTERS, IsolationLevel.READ_COMMITTED)
                .stream()
                .filter(deadLetter -> deadLetter.headers().lastHeader("sluice.topic") != null)
                .toList();
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
