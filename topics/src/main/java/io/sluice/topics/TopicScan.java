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

/** Reads the committed records of a topic's only partition, from the first one to where the topic ends at the call. */
public final class TopicScan {
    private static final Duration POLL = Duration.ofMillis(200);
    /** How long the topic may stay silent before the scan fails. */
    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    private TopicScan() {}

    /**
     * Reads to the end.
     *
     * @param kafka Kafka client properties, {@code bootstrap.servers} among them
     * @throws KafkaException if the topic cannot be read, or the broker is silent for too long
     */
    public static void readAll(String topic, Map<String, ?> kafka, RecordGuard guard, RecordReader reader) {
        List<TopicPartition> partition = List.of(new TopicPartition(topic, 0));
        try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                ReaderProperties.of(kafka), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partition);
            consumer.seekToBeginning(partition);
            long end = consumer.endOffsets(partition, TIMEOUT).getOrDefault(partition.get(0), 0L);
            long position = -1;
            long progressNanos = System.nanoTime();
            while (consumer.position(partition.get(0), TIMEOUT) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    guard.read(record, reader);
                }
                if (consumer.position(partition.get(0), TIMEOUT) > position) {
                    position = consumer.position(partition.get(0), TIMEOUT);
                    progressNanos = System.nanoTime();
                } else if (System.nanoTime() - progressNanos > TIMEOUT.toNanos()) {
                    // A poll of a broker that is gone is merely empty.
                    throw new KafkaException(
                            topic + " could not be read to its end: nothing came for " + TIMEOUT.toSeconds() + " s");
                }
            }
        }
    }
}
