package io.sluice.streams.usage;

/**
 * Where a usage record goes.
 *
 * @param partition the partition of the decisions that it counts
 * @param key its key on the topic
 */
record UsageSinkKey(int partition, byte[] key) {}
