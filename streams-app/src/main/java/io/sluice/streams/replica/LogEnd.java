package io.sluice.streams.replica;

import org.apache.kafka.common.TopicPartition;

/** The end of a partition's log, as far as the calling stream thread knows it without asking Kafka. */
@FunctionalInterface
public interface LogEnd {
    /** The offset behind the last record that may be read; 0 if it is not known. */
    long of(TopicPartition partition);
}
