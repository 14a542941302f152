package io.sluice.streams.topology;

import java.util.Map;

/** Which messages between request partitions are in the log, as the producers of an app know it. */
@FunctionalInterface
public interface WrittenMessages {
    /** All of them at once: for processors whose messages go nowhere, or are in the hands of a test. */
    WrittenMessages AT_ONCE = (from, to, sequence) -> true;

    /** What a partition gives to a producer ahead of the log, for each other one, while more waits in its state. */
    long AHEAD_BYTES_MAX = 512 << 10;

    /**
     * Whether a message is in the log, and with it all before it from that partition to that one.
     *
     * @param sequence its number among the messages of its sender
     */
    boolean isWritten(int from, int to, long sequence);

    /**
     * What waits in the state of a partition for its turn, and no producer has yet.
     *
     * @param messages how many
     * @param addedBytes of those that have come since the partition's task began; the others were there before
     */
    record Waiting(long messages, long addedBytes) {}

    /** Takes note of all that waits in the state of a partition, by the partition that it goes to. */
    default void waiting(int from, Map<Integer, Waiting> byDestination) {}

    /** How much a partition gives to a producer while more waits in its state; a test may want less. */
    default long aheadBytesMax() {
        return AHEAD_BYTES_MAX;
    }
}
