package io.sluice.streams.topology;

/** Which messages between request partitions are in the log. */
@FunctionalInterface
public interface WrittenMessages {
    /** All of them at once: for processors whose messages go nowhere, or are in the hands of a test. */
    WrittenMessages AT_ONCE = (from, to, sequence) -> true;

    /**
     * Whether a message is in the log, and with it all before it from that partition to that one.
     *
     * @param sequence its number among the messages of its sender
     */
    boolean isWritten(int from, int to, long sequence);
}
