package io.sluice.topics;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A reader of the committed records of topics, one partition at a time, from its first record to its end at the time
 * of the call.
 */
public final class TopicScan implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    /** How long the topic may stay silent before the scan fails. */
    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    private final Consumer<byte[], byte[]> consumer;

    private TopicScan(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /**
     * Connects; nothing is read so far.
     *
     * @param kafka Kafka client properties, {@code bootstrap.servers} among them
     */
    public static TopicScan open(Map<String, ?> kafka) {
        return new TopicScan(new KafkaConsumer<>(
                ReaderProperties.of(kafka), new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    /**
     * Reads a topic's only partition to its end.
     *
     * @param kafka Kafka client properties, {@code bootstrap.servers} among them
     * @throws KafkaException if the topic cannot be read, or the broker is silent for too long
     */
    public static void readAll(String topic, Map<String, ?> kafka, RecordGuard guard, RecordReader reader) {
        try (TopicScan scan = open(kafka)) {
            scan.read(new TopicPartition(topic, 0), guard, reader);
        }
    }

    /** The partitions of a topic. */
    public List<TopicPartition> partitions(String topic) {
        return consumer.partitionsFor(topic, TIMEOUT).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
    }

    /**
     * Reads a partition to its end.
     *
     * @throws KafkaException if it cannot be read, or the broker is silent for too long
     */
    public void read(TopicPartition partition, RecordGuard guard, RecordReader reader) {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long end = consumer.endOffsets(List.of(partition), TIMEOUT).getOrDefault(partition, 0L);
        long position = -1;
        long progressNanos = System.nanoTime();
        while (consumer.position(partition, TIMEOUT) < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                guard.read(record, reader);
            }
            if (consumer.position(partition, TIMEOUT) > position) {
                position = consumer.position(partition, TIMEOUT);
                progressNanos = System.nanoTime();
            } else if (System.nanoTime() - progressNanos > TIMEOUT.toNanos()) {
                // A poll of a broker that is gone is merely empty.
                throw new KafkaException(partition.topic() + " could not be read to its end: nothing came for "
                        + TIMEOUT.toSeconds() + " s");
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
