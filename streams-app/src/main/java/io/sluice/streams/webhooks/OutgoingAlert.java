package io.sluice.streams.webhooks;

import org.apache.kafka.common.TopicPartition;

/**
 * One alert on its way.
 *
 * @param place the partition that it is in
 * @param offset its offset there
 * @param atMillis when it was written, milliseconds since the epoch
 * @param body what is posted: the value of its record
 */
record OutgoingAlert(TopicPartition place, long offset, long atMillis, byte[] body) {
    /** The same for each attempt, over restarts too; another one after the topic was made anew. */
    String id() {
        return "alert-" + place.partition() + "-" + offset + "-" + atMillis;
    }
}
