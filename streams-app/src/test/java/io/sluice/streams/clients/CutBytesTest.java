package io.sluice.streams.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.topology.TrueSize;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
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
        for (int i = 0; i < CutBytes.HEADERS_MAX - 5; i++) {
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

    @Test
    void shouldKeepSizesAndTheTrace_whenARecordHasThousandsOfHeaders() {
        // Given
        byte[] trace = "trace".getBytes(StandardCharsets.UTF_8);
        headers.add(TrueSize.KEY, FORGED).add(TrueSize.VALUE, FORGED).add("traceparent", trace);
        for (int i = 0; i < 300_000; i++) {
            headers.add("h" + i, null);
        }
        byte[] key = CutBytes.ofKeys().deserialize("t", headers, ByteBuffer.allocate(2_000));
        byte[] value = CutBytes.ofValues().deserialize("t", headers, ByteBuffer.allocate(2));
        TopicPartition partition = new TopicPartition("t", 3);
        ConsumerRecord<byte[], byte[]> hostile = new ConsumerRecord<>(
                "t", 3, 7, 8, TimestampType.LOG_APPEND_TIME, 2_000, 2, key, value, headers, Optional.of(4));
        ConsumerRecord<byte[], byte[]> usual = new ConsumerRecord<>("t", 3, 8, new byte[0], new byte[0]);
        Map<TopicPartition, OffsetAndMetadata> next = Map.of(partition, new OffsetAndMetadata(9));

        // When
        ConsumerRecords<byte[], byte[]> bounded =
                CutBytes.bounded(new ConsumerRecords<>(Map.of(partition, List.of(hostile, usual)), next));

        // Then
        assertThat(bounded.nextOffsets()).isEqualTo(next);
        assertThat(bounded.records(partition)).last().isSameAs(usual);
        ConsumerRecord<byte[], byte[]> first = bounded.records(partition).get(0);
        assertThat(first).usingRecursiveComparison().ignoringFields("headers").isEqualTo(hostile);
        assertThat(first.headers().toArray()).hasSize(3);
        assertThat(TrueSize.of(first.headers(), TrueSize.KEY, key)).isEqualTo(2_000);
        assertThat(TrueSize.of(first.headers(), TrueSize.VALUE, value)).isEqualTo(2);
        assertThat(first.headers().lastHeader("traceparent").value()).isEqualTo(trace);
    }
}
