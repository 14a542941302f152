package io.sluice.perf.topology;

import io.sluice.perf.Await;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Measures how fast a topic grows, by reading its end offsets, which costs the machine next to nothing.
 *
 * <p>The clock starts at the first new record, so neither the start of the app nor its rebalance counts. The markers of
 * transactions count as records: two or three a second in each partition.
 */
final class OutputWatch implements AutoCloseable {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Consumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final long startEnd;

    OutputWatch(String bootstrapServers, String topic) {
        this.consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        this.partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        this.startEnd = end();
    }

    private long end() {
        return consumer.endOffsets(partitions).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Waits until that many records have been added since this watch was made; returns records a second. */
    double recordsPerSecond(long records) throws InterruptedException {
        Await.until("the first output", () -> end() > startEnd);
        long firstEnd = end();
        long firstNanos = System.nanoTime();
        Await.until(records + " outputs", () -> end() >= startEnd + records);
        long lastEnd = end();
        return (lastEnd - firstEnd) * NANOS_PER_SECOND / (System.nanoTime() - firstNanos);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
