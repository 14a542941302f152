package io.sluice.topics;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * The consumer configuration of {@link TopicFollower} and {@link TopicScan}: bounded, and such that no record is
 * missed.
 */
final class ReaderProperties {
    /** The most values of a compressed batch that are in memory at once. */
    static final int RECORDS_PER_POLL = 16;

    private static final int FETCH_BYTES_MAX = 4 << 20;
    private static final int PARTITION_FETCH_BYTES_MAX = 2 << 20;

    private ReaderProperties() {}

    static Map<String, Object> of(Map<String, ?> kafka) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES_MAX);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, PARTITION_FETCH_BYTES_MAX);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_PER_POLL);
        properties.putAll(kafka);
        // The operator may not change these: only committed records count, and none may be missed.
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // The properties may come from a Streams app; a consumer without a group warns of these.
        properties.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        properties.remove("application.id");
        return properties;
    }
}
