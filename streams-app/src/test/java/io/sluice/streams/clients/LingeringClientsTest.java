package io.sluice.streams.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What is left of a stream thread's producers when one of them fails; there is no broker. */
final class LingeringClientsTest {
    private static final String NOWHERE = "127.0.0.1:1";

    @Test
    void shouldCloseTheProducerOfReplies_whenTheThreadsOwnCannotBeMade() {
        // Given
        LingeringClients clients = new LingeringClients(
                10,
                SendBounds.ofCatalogue(),
                new TransactionMeters(new SimpleMeterRegistry()),
                new ReplyMeters(new SimpleMeterRegistry(), System::nanoTime));
        Map<String, Object> acknowledgedByTheLeaderOnly = Map.of(
                "bootstrap.servers",
                NOWHERE,
                "client.id",
                "broken-1-producer",
                "transactional.id",
                "broken",
                "acks",
                "1");

        // When
        assertThatThrownBy(() -> clients.getProducer(acknowledgedByTheLeaderOnly))
                .isInstanceOfAny(ConfigException.class, KafkaException.class);

        // Then
        Awaitility.await()
                .untilAsserted(() -> assertThat(threads("broken-1-replies")).isEmpty());
    }

    @Test
    void shouldCloseTheProducerOfReplies_whenTheThreadsOwnDoesNotClose() {
        // Given
        MockProducer<byte[], byte[]> kafka =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        LingeringProducer producer = new LingeringProducer(
                Map.of("bootstrap.servers", NOWHERE, "client.id", "stuck-1-producer"),
                new LingeringProducer.Settings(
                        10, SendBounds.ofCatalogue(), TransactionMeters.unread(), new MessageProgress()),
                new ReplyProducer(kafka, ReplyMeters.unread(), 1_000),
                closed -> {});

        // When: Kafka's producer refuses such a time
        assertThatThrownBy(() -> producer.close(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);

        // Then
        assertThat(kafka.closed()).isTrue();
        producer.close(Duration.ZERO);
    }

    private static List<String> threads(String client) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains(client))
                .toList();
    }
}
