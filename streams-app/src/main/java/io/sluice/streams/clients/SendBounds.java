package io.sluice.streams.clients;

import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.topic.TopicSpec;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * The largest record that a producer accepts, by topic.
 *
 * <p>A record that is too large for the producer or the broker fails its whole transaction, and so would every retry.
 * So it must be refused before. Sizes are those before compression, as a producer counts them. Topics that are not
 * known here, such as changelogs, have no bound.
 */
public final class SendBounds {
    /** The overhead of batch and record beside key, value and headers, and of a compressor on incompressible data. */
    private static final int OVERHEAD_BYTES = 256;

    private static final int COMPRESSOR_SHARE = 256;
    /** More than the key and the headers of any record that is written. */
    private static final int KEY_AND_HEADERS_BYTES = 8_192;

    private final Map<String, Integer> bytesMax = new ConcurrentHashMap<>();
    private volatile int smallest = Integer.MAX_VALUE;

    /** The bounds that the topics of the catalogue are created with. */
    public static SendBounds ofCatalogue() {
        SendBounds bounds = new SendBounds();
        for (TopicSpec topic : TopicCatalogue.topics(/* requestPartitions= */ 1, /* replyPartitions= */ 1)) {
            String bytesMax = topic.config().get("max.message.bytes");
            if (bytesMax != null) {
                bounds.set(topic.name(), Integer.parseInt(bytesMax));
            }
        }
        return bounds;
    }

    /** Sets what a topic takes now. */
    public synchronized void set(String topic, int topicBytesMax) {
        bytesMax.put(topic, topicBytesMax);
        Collection<Integer> all = bytesMax.values();
        smallest = all.stream().mapToInt(Integer::intValue).min().orElse(Integer.MAX_VALUE);
    }

    /**
     * Notes that the broker has refused a record, which may be the first sign that its topic takes less than before.
     */
    public synchronized void refused(ProducerRecord<byte[], byte[]> record) {
        int below = bytes(record) - 1;
        if (below < bytesMax.getOrDefault(record.topic(), Integer.MAX_VALUE)) {
            set(record.topic(), below);
        }
    }

    boolean refuses(ProducerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        if (value == null || value.length + KEY_AND_HEADERS_BYTES <= smallest) {
            return false;
        }
        return bytes(record) > bytesMax.getOrDefault(record.topic(), Integer.MAX_VALUE);
    }

    static int bytes(ProducerRecord<byte[], byte[]> record) {
        long bytes = OVERHEAD_BYTES + length(record.key()) + length(record.value());
        for (Header header : record.headers()) {
            bytes += header.key().length() + length(header.value()) + 2 * Integer.BYTES;
        }
        return (int) Math.min(Integer.MAX_VALUE, bytes + bytes / COMPRESSOR_SHARE);
    }

    private static long length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
