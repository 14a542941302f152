package io.sluice.streams.replica;

import org.apache.kafka.common.TopicPartition;

/** Sets the record that the calling stream thread reads next. */
@FunctionalInterface
public interface LogSeeker {
    void seek(TopicPartition partition, long offset);
}
