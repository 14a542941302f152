package io.sluice.streams.topology;

import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Numbers a message between request partitions, on its way from the processor to the producer, which takes it off.
 *
 * @param from the partition that sends it
 * @param sequence its number among the messages from there
 */
public record MessageNumber(int from, long sequence) {
    private static final String HEADER = "sluice.message";

    /** Adds the number. */
    public void putInto(Headers headers) {
        headers.add(
                HEADER,
                ByteBuffer.allocate(Integer.BYTES + Long.BYTES)
                        .putInt(from)
                        .putLong(sequence)
                        .array());
    }

    /** Takes the number off; null if there is none. */
    public static @Nullable MessageNumber takenFrom(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        if (header == null) {
            return null;
        }
        headers.remove(HEADER);
        ByteBuffer value = ByteBuffer.wrap(header.value());
        return new MessageNumber(value.getInt(), value.getLong());
    }
}
