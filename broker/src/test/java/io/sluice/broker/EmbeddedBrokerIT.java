package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class EmbeddedBrokerIT {
    private static final String HOST = "127.0.0.1";
    private static final TopicPartition PARTITION = new TopicPartition("events", 0);

    @TempDir
    Path directory;

    @Test
    void shouldKeepItsData_whenRestartedOnTheSameDirectory() throws Exception {
        // Given
        long t0 = System.nanoTime();
        EmbeddedBroker first = EmbeddedBroker.start(config(0));
        long t1 = System.nanoTime();
        createTopic(first);
        write(first, "before");
        assertThat(read(first, 1)).containsExactly("before");
        String firstId = clusterId(first);
        long t2 = System.nanoTime();
        first.close();
        long t3 = System.nanoTime();

        // When
        try (EmbeddedBroker second = EmbeddedBroker.start(config(0))) {
            long t4 = System.nanoTime();
            write(second, "after");

            // Then
            assertThat(read(second, 2)).containsExactly("before", "after");
            assertThat(clusterId(second)).isEqualTo(firstId);
            System.out.printf(
                    "embedded broker: first start %d ms, stop %d ms, restart %d ms%n",
                    millis(t1 - t0), millis(t3 - t2), millis(t4 - t3));
        }
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    @Test
    void shouldListenOnTheGivenPort_whenOneIsGiven() throws Exception {
        // Given
        int port = freePort();

        // When
        try (EmbeddedBroker broker = EmbeddedBroker.start(config(port))) {
            // Then
            assertThat(broker.bootstrapServers()).isEqualTo(HOST + ":" + port);
            assertThat(clusterId(broker)).isNotBlank();
        }
        try (EmbeddedBroker again = EmbeddedBroker.start(config(port))) {
            assertThat(clusterId(again)).isNotBlank();
        }
    }

    @Test
    void shouldOfferTransactionsOfVersion2_whenFormatted() throws Exception {
        // When
        try (EmbeddedBroker broker = EmbeddedBroker.start(config(0));
                Admin admin = admin(broker)) {
            FeatureMetadata features =
                    admin.describeFeatures().featureMetadata().get();

            // Then
            assertThat(features.finalizedFeatures().get("transaction.version").maxVersionLevel())
                    .isEqualTo((short) 2);
        }
    }

    @Test
    void shouldEndForeignTransactionsSoon_whenNobodySaysOtherwise() throws Exception {
        // Given
        ConfigResource self = new ConfigResource(ConfigResource.Type.BROKER, "1");

        // When
        try (EmbeddedBroker broker = EmbeddedBroker.start(config(0));
                Admin admin = admin(broker)) {
            // Then
            assertThat(admin.describeConfigs(List.of(self))
                            .all()
                            .get()
                            .get(self)
                            .get("transaction.max.timeout.ms")
                            .value())
                    .isEqualTo("15000");
        }
    }

    @Test
    void shouldSayWhichPort_whenItIsInUse() throws Exception {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            int port = taken.getLocalPort();

            // When, Then
            assertThatThrownBy(() -> EmbeddedBroker.start(config(port)))
                    .isInstanceOf(BrokerStartException.class)
                    .hasMessageContaining(HOST + ":" + port)
                    .hasMessageContaining("in use");
        }
        // Then nothing holds the directory
        EmbeddedBroker.start(config(0)).close();
    }

    @Test
    void shouldSayWhichDirectory_whenItIsInUse() throws Exception {
        // Given
        try (EmbeddedBroker running = EmbeddedBroker.start(config(0))) {
            // When, Then
            assertThatThrownBy(() -> EmbeddedBroker.start(config(0)))
                    .isInstanceOf(BrokerStartException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("in use");
            assertThat(clusterId(running)).isNotBlank();
        }
    }

    @Test
    void shouldSayWhichDirectory_whenItCannotBeWritten() throws Exception {
        // Given: below a regular file, where not even root can make a directory
        Path below = Files.createFile(directory.resolve("file")).resolve("data");

        // When, Then
        assertThatThrownBy(() -> EmbeddedBroker.start(new BrokerConfig(below, HOST, 0, Map.of())))
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining(below.toString())
                .hasMessageContaining("not writable");
    }

    @Test
    void shouldFreeTheDirectory_whenKafkaRefusesAnOverride() throws Exception {
        // Given
        BrokerConfig wrong = new BrokerConfig(directory, HOST, 0, Map.of("num.io.threads", "none"));

        // When, Then
        assertThatThrownBy(() -> EmbeddedBroker.start(wrong))
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining("num.io.threads");
        EmbeddedBroker.start(config(0)).close();
    }

    private BrokerConfig config(int port) {
        return new BrokerConfig(directory, HOST, port, Map.of());
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }

    private static Map<String, Object> client(EmbeddedBroker broker) {
        return new HashMap<>(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private static Admin admin(EmbeddedBroker broker) {
        return Admin.create(client(broker));
    }

    private static String clusterId(EmbeddedBroker broker) throws Exception {
        try (Admin admin = admin(broker)) {
            return admin.describeCluster().clusterId().get();
        }
    }

    private static void createTopic(EmbeddedBroker broker) throws Exception {
        try (Admin admin = admin(broker)) {
            admin.createTopics(List.of(new NewTopic(PARTITION.topic(), 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    private static void write(EmbeddedBroker broker, String value) throws Exception {
        try (Producer<String, String> producer =
                new KafkaProducer<>(client(broker), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(PARTITION.topic(), "key", value)).get();
        }
    }

    private static List<String> read(EmbeddedBroker broker, int count) {
        List<String> values = new ArrayList<>();
        try (Consumer<String, String> consumer =
                new KafkaConsumer<>(client(broker), new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            // The class's time limit ends this, should the records not come.
            while (values.size() < count) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }
}
