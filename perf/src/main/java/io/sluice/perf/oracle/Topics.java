package io.sluice.perf.oracle;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads partitions record by record: a whole log of a benchmark is too large to hold. */
final class Topics {
    private static final Duration READ_WITHIN = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(100);

    private Topics() {}

    /** Hands on every record of a partition, up to where it ends at the call. */
    static void read(
            String bootstrapServers,
            TopicPartition partition,
            IsolationLevel isolation,
            Consumer<ConsumerRecord<byte[], byte[]>> handler) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(bootstrapServers, isolation)) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            long startNanos = System.nanoTime();
            while (consumer.position(partition) < end) {
                if (System.nanoTime() - startNanos > READ_WITHIN.toNanos()) {
                    throw new IllegalStateException(partition + ": " + end + " not reached within " + READ_WITHIN);
                }
                consumer.poll(POLL).forEach(handler);
            }
        }
    }

    static List<TopicPartition> partitions(String bootstrapServers, String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(bootstrapServers, IsolationLevel.READ_UNCOMMITTED)) {
            return consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers, IsolationLevel isolation) {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation.name().toLowerCase(Locale.ROOT));
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        // A fetch at the end of a topic waits this long for more, and closing waits for the fetch.
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
