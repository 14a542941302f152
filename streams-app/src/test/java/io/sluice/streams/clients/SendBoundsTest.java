package io.sluice.streams.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.topic.TopicCatalogue;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

final class SendBoundsTest {
    private final SendBounds bounds = SendBounds.ofCatalogue();

    @Test
    void shouldTakeWhatIsWritten_whenItsValueIsTheLargest() {
        // Given
        // When / Then
        assertThat(bounds.refuses(valued(TopicCatalogue.DECISIONS, TopicCatalogue.OUTPUT_BYTES_MAX)))
                .isFalse();
        assertThat(bounds.refuses(valued(TopicCatalogue.ALERTS, TopicCatalogue.ALERT_BYTES_MAX)))
                .isFalse();
        assertThat(bounds.refuses(valued(TopicCatalogue.DEAD_LETTERS, TopicCatalogue.DEAD_LETTER_VALUE_BYTES_MAX)))
                .isFalse();
        assertThat(bounds.refuses(new ProducerRecord<>(TopicCatalogue.ACCOUNTS, null)))
                .isFalse();
    }

    @Test
    void shouldRefuse_whenABrokerWould() {
        // Given
        // When / Then
        assertThat(bounds.refuses(valued(TopicCatalogue.DECISIONS, TopicCatalogue.REQUEST_BYTES_MAX)))
                .isTrue();
        assertThat(bounds.refuses(valued(TopicCatalogue.ALERTS, 2 * TopicCatalogue.ALERT_BYTES_MAX)))
                .isTrue();
        assertThat(bounds.refuses(valued("sluice-sluice-state-changelog", TopicCatalogue.STATE_BYTES_MAX)))
                .isFalse();
    }

    @Test
    void shouldLearnAndUnlearn_whenATopicTakesLessForAWhile() {
        // Given
        ProducerRecord<byte[], byte[]> record = valued(TopicCatalogue.REPLIES, 5_000);
        assertThat(bounds.refuses(record)).isFalse();

        // When
        bounds.refused(record);

        // Then
        assertThat(bounds.refuses(record)).isTrue();
        assertThat(bounds.refuses(valued(TopicCatalogue.REPLIES, 4_000))).isFalse();
        assertThat(bounds.refuses(valued(TopicCatalogue.DECISIONS, 5_000))).isFalse();
        bounds.set(TopicCatalogue.REPLIES, TopicCatalogue.REQUEST_BYTES_MAX);
        assertThat(bounds.refuses(record)).isFalse();
    }

    private static ProducerRecord<byte[], byte[]> valued(String topic, int bytes) {
        return new ProducerRecord<>(topic, 0, new byte[200], new byte[bytes]);
    }
}
