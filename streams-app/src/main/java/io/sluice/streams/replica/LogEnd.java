package io.sluice.streams.replica;

import org.apache.kafka.common.TopicPartition;

/** Where the log of a partition ends, as far as the calling stream thread knows without asking. */
@FunctionalInterface
public interface LogEnd {
    /** The offset behind the last record that may be read; 0 if it is not known. */
    long of(TopicPartition partition);
}
