package io.sluice.client;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The configuration of the client's producer and consumer: our defaults, then what the operator overrides. */
final class ClientProperties {
    private ClientProperties() {}

    static Map<String, Object> producer(Map<String, String> kafka) {
        Map<String, Object> properties = producerDefaults();
        properties.putAll(kafka);
        return properties;
    }

    private static Map<String, Object> producerDefaults() {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        // Nobody lingers, but what comes while a request is under way goes together with the next: batches grow with
        // the load. A broker answers the requests of one connection one by one, so more of them gain only the wire's
        // time.
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 65_536);
        // Callers are never held for longer than this, and only while the cluster is unknown.
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 200);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 4_000);
        return properties;
    }

    /** Of a producer that never holds its callers: they may be reading the connections of everybody else. */
    static Map<String, Object> promptProducer(Map<String, String> kafka) {
        Map<String, Object> properties = producerDefaults();
        // What does not fit into the buffer fails at once, and is answered as the failure policy says.
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
        // A topic that has got more partitions is noticed within this time.
        properties.put(ProducerConfig.METADATA_MAX_AGE_CONFIG, 60_000);
        // So what is known of the topic must not be forgotten while nobody asks. Kafka adds this to the time of
        // day, and the sum has to fit.
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
        properties.putAll(kafka);
        return properties;
    }
}
