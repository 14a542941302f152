package io.sluice.streams.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.topic.TopicCatalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** When the replies of a busy thread leave. */
final class RepliesTogetherTest {
    private final AtomicLong nowNanos = new AtomicLong();
    private final List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
    private final RepliesTogether replies = new RepliesTogether(sent::add, nowNanos::get);

    @Test
    void shouldHandThemOver_whenThereAreEnough() {
        for (int i = 1; i < RepliesTogether.REPLIES_MAX; i++) {
            replies.add(reply());
        }
        assertThat(sent).isEmpty();

        // When
        replies.add(reply());

        // Then
        assertThat(sent).hasSize(RepliesTogether.REPLIES_MAX);
    }

    @Test
    void shouldHandThemOver_whenTheFirstHasWaitedForLong() {
        // Given
        replies.add(reply());
        nowNanos.set(RepliesTogether.WAIT_NANOS_MAX - 1);
        replies.add(reply());
        assertThat(sent).isEmpty();

        // When
        nowNanos.set(RepliesTogether.WAIT_NANOS_MAX);
        replies.add(reply());

        // Then: and the next ones wait for as long again
        assertThat(sent).hasSize(3);
        replies.add(reply());
        assertThat(sent).hasSize(3);
    }

    private static ProducerRecord<byte[], byte[]> reply() {
        return new ProducerRecord<>(TopicCatalogue.REPLIES, new byte[1]);
    }
}
