package io.sluice.streams.clients;

import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.topology.TrueSize;
import io.sluice.topics.tracing.TraceHeaders;
import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Deserializes keys or values as raw bytes; of one larger than any valid one, it keeps only the beginning.
 *
 * <p>A record of a kilobyte may unpack to a hundred megabytes. Kafka's client unpacks one record at a time, so that
 * much memory is needed for a moment. But hundreds of records wait in a stream thread to be processed, and this bounds
 * their memory. The header {@link TrueSize} has the original size. Of the sender's headers those of its trace stay, if
 * they are short; all others are dropped, since nothing reads them.
 */
final class CutBytes implements Deserializer<byte[]> {
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
        Header traceParent = shortHeader(headers, TraceHeaders.TRACEPARENT);
        Header traceState = shortHeader(headers, TraceHeaders.TRACESTATE);
        for (Header header : headers.toArray()) {
            // The key comes before the value.
            if (!(header.key().equals(TrueSize.KEY) && sizeName.equals(TrueSize.VALUE))) {
                headers.remove(header.key());
            }
        }
        if (traceParent != null) {
            headers.add(traceParent);
        }
        if (traceState != null) {
            headers.add(traceState);
        }
        if (data == null || data.remaining() <= wholeBytesMax) {
            return Deserializer.super.deserialize(topic, headers, data);
        }
        TrueSize.tell(headers, sizeName, data.remaining());
        byte[] kept = new byte[keptBytes];
        data.get(data.position(), kept);
        return kept;
    }

    private static @Nullable Header shortHeader(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        boolean isShort =
                header != null && header.value() != null && header.value().length <= TraceHeaders.VALUE_CHARS_MAX;
        return isShort ? header : null;
    }
}
