package io.sluice.streams.topology;

import org.jspecify.annotations.Nullable;

/**
 * The destination of a message between request partitions.
 *
 * @param key the account that it concerns, as the record's key; null for none
 * @param sequence its number among the messages of its sender; {@link #UNNUMBERED} for a record that may come any
 *     number of times, or never
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and Kafka's clients take nothing else.
public record MessageAddress(int partition, byte @Nullable [] key, long sequence) {
    public static final long UNNUMBERED = -1;

    /** A record that is no message, and is nowhere remembered. */
    public static MessageAddress unnumbered(int partition, byte[] key) {
        return new MessageAddress(partition, key, UNNUMBERED);
    }

    public boolean isNumbered() {
        return sequence != UNNUMBERED;
    }
}
