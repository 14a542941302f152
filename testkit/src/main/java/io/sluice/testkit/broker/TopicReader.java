package io.sluice.testkit.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a whole topic, from its beginning to where it ends at the call. */
public final class TopicReader {
    private static final Duration READ_WITHIN = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(100);

    private TopicReader() {}

    /**
     * Every record of the topic, in offset order within each partition.
     *
     * @throws AssertionError if the end is not reached in time
     */
    public static List<ConsumerRecord<byte[], byte[]>> readAll(
            String bootstrapServers, String topic, IsolationLevel isolation) {
        return readAll(Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers), topic, isolation);
    }

    /** The same with Kafka client properties of the caller's, {@code bootstrap.servers} among them. */
    public static List<ConsumerRecord<byte[], byte[]>> readAll(
            Map<String, String> kafka, String topic, IsolationLevel isolation) {
        try (Consumer<byte[], byte[]> consumer = consumer(kafka, isolation)) {
            List<TopicPartition> partitions = partitions(consumer, topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            return readTo(consumer.endOffsets(partitions), consumer);
        }
    }

    /** The number of partitions of the topic. */
    public static int partitionsOf(String bootstrapServers, String topic) {
        try (Consumer<byte[], byte[]> consumer = consumer(bootstrapServers, IsolationLevel.READ_UNCOMMITTED)) {
            return consumer.partitionsFor(topic).size();
        }
    }

    /** The sum of the topic's end offsets over all partitions; markers and uncommitted records count, too. */
    public static long endOf(String bootstrapServers, String topic) {
        try (Consumer<byte[], byte[]> consumer = consumer(bootstrapServers, IsolationLevel.READ_UNCOMMITTED)) {
            return consumer.endOffsets(partitions(consumer, topic)).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    private static List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer, String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    private static Consumer<byte[], byte[]> consumer(String bootstrapServers, IsolationLevel isolation) {
        return consumer(Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers), isolation);
    }

    private static Consumer<byte[], byte[]> consumer(Map<String, String> kafka, IsolationLevel isolation) {
        Map<String, Object> config = new HashMap<>(kafka);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation.name().toLowerCase(Locale.ROOT));
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // A fetch at the end of a topic waits this long for more, and closing waits for the fetch.
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static List<ConsumerRecord<byte[], byte[]>> readTo(
            Map<TopicPartition, Long> ends, Consumer<byte[], byte[]> consumer) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        long deadlineNanos = System.nanoTime() + READ_WITHIN.toNanos();
        // By position, not by the last record: a topic may end in transaction markers, which are never handed out.
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new AssertionError("ends " + ends + " not reached within " + READ_WITHIN + ", " + records.size()
                        + " records read");
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() < ends.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L)) {
                    records.add(record);
                }
            }
        }
        return records;
    }
}
