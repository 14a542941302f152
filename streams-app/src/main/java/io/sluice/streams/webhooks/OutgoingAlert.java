package io.sluice.streams.webhooks;

import org.apache.kafka.common.TopicPartition;

/**
 * One alert that is to be posted.
 *
 * @param place the partition that it is in
 * @param offset its offset there
 * @param atMillis when it was written, milliseconds since the epoch
 * @param body what is posted: the value of its record
 */
record OutgoingAlert(TopicPartition place, long offset, long atMillis, byte[] body) {
    /**
     * The ID of the alert: the same for each attempt, also after restarts; another one if the topic was created
     * again.
     */
    String id() {
        return "alert-" + place.partition() + "-" + offset + "-" + atMillis;
    }
}
