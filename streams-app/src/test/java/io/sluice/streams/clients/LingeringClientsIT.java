package io.sluice.streams.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** When records leave a stream thread's producer, on a real broker; nothing here would by itself within a minute. */
final class LingeringClientsIT {
    private static final String LINGER_MILLIS = "60000";
    private static final Duration BRIEFLY = Duration.ofMillis(100);
    private static final TopicPartition REQUESTS = new TopicPartition(TopicCatalogue.REQUESTS, 0);
    private static final byte[] VALUE = {1};

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private final LingeringClients clients = new LingeringClients();

    @BeforeAll
    static void createTopics() {
        BROKER.createTopics(1, 1);
    }

    @Test
    void shouldSendAtOnce_whenTheThreadHasRunOutOfRequests() throws Exception {
        // Given
        try (Producer<byte[], byte[]> producer = producerOf("app-StreamThread-1");
                Consumer<byte[], byte[]> consumer = consumerOf("app-StreamThread-1")) {
            Future<RecordMetadata> sent = producer.send(reply());

            // When
            ConsumerRecords<byte[], byte[]> polled = consumer.poll(BRIEFLY);

            // Then
            assertThat(polled).isEmpty();
            await().atMost(Duration.ofSeconds(20)).until(sent::isDone);
            assertThat(sent.get().hasOffset()).isTrue();
        }
    }

    @Test
    void shouldLinger_whileThereAreRequestsOrTheIdleThreadIsAnother() throws Exception {
        // Given
        try (Producer<byte[], byte[]> producer = producerOf("app-StreamThread-1");
                Consumer<byte[], byte[]> consumer = consumerOf("app-StreamThread-1");
                Consumer<byte[], byte[]> idle = consumerOf("app-StreamThread-2");
                TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            writer.send(TopicCatalogue.REQUESTS, 0, null, VALUE);
            writer.send(TopicCatalogue.REQUESTS, 0, null, VALUE);
            consumer.seekToBeginning(List.of(REQUESTS));
            await().until(() -> consumer.poll(BRIEFLY).count() == 1);
            Future<RecordMetadata> sent = producer.send(reply());

            // When
            idle.poll(BRIEFLY);
            ConsumerRecords<byte[], byte[]> second = consumer.poll(BRIEFLY);

            // Then
            assertThat(second).hasSize(1);
            assertThat(sent.isDone()).isFalse();
            producer.flush();
            assertThat(sent.isDone()).isTrue();
        }
    }

    @Test
    void shouldGoOn_whenTheProducerIsReplaced() throws Exception {
        // Given: what Streams does when a transaction is aborted
        try (Consumer<byte[], byte[]> consumer = consumerOf("app-StreamThread-1")) {
            Producer<byte[], byte[]> first = producerOf("app-StreamThread-1");
            first.close(Duration.ZERO);
            consumer.poll(BRIEFLY);
            try (Producer<byte[], byte[]> second = producerOf("app-StreamThread-1")) {
                Future<RecordMetadata> sent = second.send(reply());

                // When
                consumer.poll(BRIEFLY);

                // Then
                await().atMost(Duration.ofSeconds(20)).until(sent::isDone);
            }
        }
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(t -> t.getName().equals("sluice-send-out")));
    }

    private static ProducerRecord<byte[], byte[]> reply() {
        return new ProducerRecord<>(TopicCatalogue.REPLIES, VALUE);
    }

    private Producer<byte[], byte[]> producerOf(String thread) {
        return clients.getProducer(Map.of(
                "bootstrap.servers",
                BROKER.bootstrapServers(),
                "client.id",
                thread + "-producer",
                "linger.ms",
                LINGER_MILLIS));
    }

    /** At the end of the requests. */
    private Consumer<byte[], byte[]> consumerOf(String thread) {
        Consumer<byte[], byte[]> consumer = clients.getConsumer(Map.of(
                "bootstrap.servers",
                BROKER.bootstrapServers(),
                "client.id",
                thread + "-consumer",
                "max.poll.records",
                1));
        consumer.assign(List.of(REQUESTS));
        consumer.seekToEnd(List.of(REQUESTS));
        return consumer;
    }
}
