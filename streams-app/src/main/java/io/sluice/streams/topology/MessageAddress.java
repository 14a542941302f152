package io.sluice.streams.topology;

import org.jspecify.annotations.Nullable;

/**
 * Where a message between request partitions goes.
 *
 * @param key the account that it concerns, as the record's key; null for none
 * @param sequence its number among the messages of its sender
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and Kafka's clients take nothing else.
public record MessageAddress(int partition, byte @Nullable [] key, long sequence) {}
