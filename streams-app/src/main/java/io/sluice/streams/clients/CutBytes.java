package io.sluice.streams.clients;

import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.topology.TrueSize;
import io.sluice.topics.tracing.TraceHeaders;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Deserializes keys or values as raw bytes; of one larger than any valid one, it keeps only the beginning.
 *
 * <p>A record of a kilobyte may unpack to a hundred megabytes. Kafka's client unpacks one record at a time, so that
 * much memory is needed for a moment. But hundreds of records wait in a stream thread to be processed, and this bounds
 * their memory. The header {@link TrueSize} has the original size. Of the sender's headers those of its trace stay, if
 * they are short; all others are dropped, since nothing reads them.
 *
 * <p>Kafka removes one header in time proportional to all of them. A record of a megabyte can have 300,000, and
 * removing those one by one would hold the thread for minutes. So {@link #bounded} gives a record with many headers new
 * ones.
 */
final class CutBytes implements Deserializer<byte[]> {
    /** Of a record with more headers, {@link #bounded} drops them. */
    static final int HEADERS_MAX = 32;

    private final String sizeName;
    private final int wholeBytesMax;
    private final int keptBytes;

    private CutBytes(String sizeName, int wholeBytesMax, int keptBytes) {
        this.sizeName = sizeName;
        this.wholeBytesMax = wholeBytesMax;
        this.keptBytes = keptBytes;
    }

    static CutBytes ofKeys() {
        int bytesMax = TopicCatalogue.DEAD_LETTER_KEY_BYTES_MAX;
        return new CutBytes(TrueSize.KEY, bytesMax, bytesMax);
    }

    static CutBytes ofValues() {
        return new CutBytes(
                TrueSize.VALUE, TopicCatalogue.REQUEST_BYTES_MAX, TopicCatalogue.DEAD_LETTER_VALUE_BYTES_MAX);
    }

    /** Without headers the size could not be kept; consumers do not call this method. */
    @Override
    public byte @Nullable [] deserialize(String topic, byte @Nullable [] data) {
        return data;
    }

    @Override
    public byte @Nullable [] deserialize(String topic, Headers headers, @Nullable ByteBuffer data) {
        Header[] sent = headers.toArray();
        boolean many = sent.length > HEADERS_MAX;
        if (many) {
            // Behind whatever the sender claims, so that it is the one that counts.
            TrueSize.tell(headers, sizeName, data == null ? 0 : data.remaining());
        } else {
            removeForeign(headers, sent);
        }
        if (data == null || data.remaining() <= wholeBytesMax) {
            return Deserializer.super.deserialize(topic, headers, data);
        }
        if (!many) {
            TrueSize.tell(headers, sizeName, data.remaining());
        }
        byte[] kept = new byte[keptBytes];
        data.get(data.position(), kept);
        return kept;
    }

    private void removeForeign(Headers headers, Header[] sent) {
        Header traceParent = shortHeader(headers, TraceHeaders.TRACEPARENT);
        Header traceState = shortHeader(headers, TraceHeaders.TRACESTATE);
        for (Header header : sent) {
            // The key comes before the value.
            if (!(header.key().equals(TrueSize.KEY) && sizeName.equals(TrueSize.VALUE))) {
                headers.remove(header.key());
            }
        }
        add(headers, traceParent);
        add(headers, traceState);
    }

    /** The same records; those with many headers keep only what others keep as well. */
    static ConsumerRecords<byte[], byte[]> bounded(ConsumerRecords<byte[], byte[]> records) {
        boolean none = true;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            none &= record.headers().toArray().length <= HEADERS_MAX;
        }
        if (none) {
            return records;
        }
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> bounded = new HashMap<>();
        for (TopicPartition partition : records.partitions()) {
            bounded.put(
                    partition,
                    records.records(partition).stream().map(CutBytes::bounded).toList());
        }
        return new ConsumerRecords<>(bounded, records.nextOffsets());
    }

    private static ConsumerRecord<byte[], byte[]> bounded(ConsumerRecord<byte[], byte[]> record) {
        if (record.headers().toArray().length <= HEADERS_MAX) {
            return record;
        }
        Headers kept = new RecordHeaders();
        add(kept, record.headers().lastHeader(TrueSize.KEY));
        add(kept, record.headers().lastHeader(TrueSize.VALUE));
        add(kept, shortHeader(record.headers(), TraceHeaders.TRACEPARENT));
        add(kept, shortHeader(record.headers(), TraceHeaders.TRACESTATE));
        return new ConsumerRecord<>(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.timestampType(),
                record.serializedKeySize(),
                record.serializedValueSize(),
                record.key(),
                record.value(),
                kept,
                record.leaderEpoch(),
                record.deliveryCount());
    }

    private static void add(Headers headers, @Nullable Header header) {
        if (header != null) {
            headers.add(header);
        }
    }

    private static @Nullable Header shortHeader(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        boolean isShort =
                header != null && header.value() != null && header.value().length <= TraceHeaders.VALUE_CHARS_MAX;
        return isShort ? header : null;
    }
}
