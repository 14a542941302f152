package io.sluice.streams.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.topic.TopicCatalogue;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Messages between partitions: written before a commit, or not followed by another. */
final class MessageProducerTest {
    private final MockProducer<byte[], byte[]> kafka =
            new MockProducer<>(/* autoComplete= */ false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final MessageProducer messages = new MessageProducer(kafka);

    @Test
    void shouldWaitUntilAllAreWritten_whenItIsFlushed() throws Exception {
        // Given
        messages.send(message());
        messages.send(message());
        CompletableFuture<Void> flushed = CompletableFuture.runAsync(messages::flush);

        // When
        kafka.completeNext();
        assertThat(flushed).isNotDone();
        kafka.completeNext();

        // Then
        flushed.get(30, TimeUnit.SECONDS);
    }

    @Test
    void shouldSendNothingMore_whenOneWasNotWritten() {
        // Given
        messages.send(message());

        // When
        kafka.errorNext(new TopicAuthorizationException(TopicCatalogue.REQUESTS));

        // Then
        assertThatThrownBy(() -> messages.send(message())).isInstanceOf(KafkaException.class);
        assertThatThrownBy(messages::flush).isInstanceOf(KafkaException.class);
        assertThat(kafka.closed()).isTrue();
        assertThat(kafka.history()).hasSize(1);
    }

    @Test
    void shouldEndTheWaitWithoutSuccess_whenTheAppCloses() {
        // Given
        messages.send(message());
        CompletableFuture<Void> flushed = CompletableFuture.runAsync(messages::flush);

        // When
        messages.giveUp();

        // Then
        assertThatThrownBy(() -> flushed.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(KafkaException.class);
    }

    @Test
    void shouldHaveNoTransactionAndKeepTheOrder_whenConfigured() {
        Map<String, Object> config = MessageProducer.config(
                Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "t", ProducerConfig.ACKS_CONFIG, "1"), "name");

        assertThat(config)
                .doesNotContainKey(ProducerConfig.TRANSACTIONAL_ID_CONFIG)
                .containsEntry(ProducerConfig.ACKS_CONFIG, "all")
                .containsEntry(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1)
                .containsEntry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    }

    private static ProducerRecord<byte[], byte[]> message() {
        return new ProducerRecord<>(TopicCatalogue.REQUESTS, 0, null, new byte[] {1});
    }
}
