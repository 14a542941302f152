package io.sluice.streams.usage;

/**
 * The destination of a usage record.
 *
 * @param partition the partition of the decisions that it counts
 * @param key its key on the topic
 */
record UsageSinkKey(int partition, byte[] key) {}
