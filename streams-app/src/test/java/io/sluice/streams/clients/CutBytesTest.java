package io.sluice.streams.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.topology.TrueSize;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

final class CutBytesTest {
    private static final byte[] FORGED = "7".getBytes(StandardCharsets.UTF_8);

    private final Headers headers = new RecordHeaders();

    @Test
    void shouldKeepAllOfIt_whenItIsNotTooLarge() {
        // Given
        byte[] value = new byte[TopicCatalogue.REQUEST_BYTES_MAX];
        value[value.length - 1] = 1;

        // When
        byte[] read = CutBytes.ofValues().deserialize("t", headers, ByteBuffer.wrap(value));

        // Then
        assertThat(read).isEqualTo(value);
        assertThat(headers.toArray()).isEmpty();
        assertThat(CutBytes.ofValues().deserialize("t", headers, (ByteBuffer) null))
                .isNull();
    }

    @Test
    void shouldKeepTheBeginningAndTellTheSize_whenItIsTooLarge() {
        // Given: within a larger buffer, as a consumer passes it
        ByteBuffer batch = ByteBuffer.allocate(TopicCatalogue.REQUEST_BYTES_MAX + 11);
        batch.put(10, (byte) 5).position(10);
        int bytes = batch.remaining();

        // When
        byte[] read = CutBytes.ofValues().deserialize("t", headers, batch);

        // Then
        assertThat(read).hasSize(TopicCatalogue.DEAD_LETTER_VALUE_BYTES_MAX);
        assertThat(read[0]).isEqualTo((byte) 5);
        assertThat(TrueSize.of(headers, TrueSize.VALUE, read)).isEqualTo(bytes);
        assertThat(batch.remaining()).isEqualTo(bytes);
    }

    @Test
    void shouldDropWhatASenderClaims_whenARecordHasHeaders() {
        // Given
        headers.add(TrueSize.KEY, FORGED).add(TrueSize.VALUE, FORGED).add("other", FORGED);

        // When
        CutBytes.ofKeys().deserialize("t", headers, ByteBuffer.allocate(2_000));
        CutBytes.ofValues().deserialize("t", headers, ByteBuffer.allocate(2));

        // Then
        assertThat(headers.toArray()).hasSize(1);
        assertThat(TrueSize.of(headers, TrueSize.KEY, new byte[1_024])).isEqualTo(2_000);
        assertThat(TrueSize.of(headers, TrueSize.VALUE, new byte[2])).isEqualTo(2);
    }

    @Test
    void shouldKeepOneShortTrace_whenARecordNamesAny() {
        // Given
        byte[] last = "last".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 100; i++) {
            headers.add("traceparent", FORGED);
        }
        headers.add("traceparent", last).add("tracestate", new byte[513]).add("tracestate", null);

        // When
        CutBytes.ofKeys().deserialize("t", headers, ByteBuffer.allocate(2));
        CutBytes.ofValues().deserialize("t", headers, ByteBuffer.allocate(2));

        // Then
        assertThat(headers.toArray()).hasSize(1);
        assertThat(headers.lastHeader("traceparent").value()).isEqualTo(last);
    }
}
