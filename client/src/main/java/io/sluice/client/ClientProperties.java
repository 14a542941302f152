package io.sluice.client;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The configuration of the client's producer and consumer: our defaults, then what the operator overrides. */
final class ClientProperties {
    /** A machine that dies closes no connection. Its readers notice that only after this time. */
    private static final int BROKER_SILENT_MILLIS = 6_000;

    private ClientProperties() {}

    static Map<String, Object> producer(Map<String, String> kafka) {
        Map<String, Object> properties = producerDefaults();
        properties.putAll(kafka);
        return properties;
    }

    private static Map<String, Object> producerDefaults() {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        // The producer does not linger. Records that arrive while a request is under way go together with the next:
        // batches grow with the load. A broker answers the requests of one connection one by one, so more of them gain
        // only the time on the wire.
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 65_536);
        // No caller is blocked for longer than this, and only while the cluster is unknown.
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 200);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 4_000);
        putConnecting(properties);
        return properties;
    }

    /** For a producer that never blocks its callers: they may be the threads that read everybody else's connections. */
    static Map<String, Object> promptProducer(Map<String, String> kafka) {
        Map<String, Object> properties = producerDefaults();
        // A record that does not fit into the buffer fails at once, and the failure policy answers.
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
        // A topic that has got more partitions is noticed within this time.
        properties.put(ProducerConfig.METADATA_MAX_AGE_CONFIG, 60_000);
        // So the producer must not forget the topic's metadata while there are no requests. Kafka adds this to the time
        // of day, and the sum has to fit.
        properties.put(
                ProducerConfig.METADATA_MAX_IDLE_CONFIG, Duration.ofDays(36_500).toMillis());
        properties.putAll(kafka);
        return properties;
    }

    static Map<String, Object> consumer(Map<String, String> kafka) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, BROKER_SILENT_MILLIS);
        putConnecting(properties);
        properties.putAll(kafka);
        return properties;
    }

    /** A machine that is dead or cut off does not answer at all. */
    private static void putConnecting(Map<String, Object> properties) {
        properties.put(CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, 2_000);
        properties.put(CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG, BROKER_SILENT_MILLIS);
    }
}
