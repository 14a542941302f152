package io.sluice.topics;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the committed records of one partition piece by piece, so that a caller can go from the newest to the oldest.
 * Kafka reads forwards only; within a piece, so does this.
 *
 * <pre>
 *   kept from                                              end
 *      |--------------------------|===========|--------------|
 *                        third piece | second    | first piece
 * </pre>
 *
 * <p>Aborted transactions and commit markers also take offsets. They are skipped, so a piece may have fewer records
 * than offsets, or none. Every call ends within the given time. Used by one thread at a time; after a failure of
 * Kafka it should be closed.
 */
public final class BackwardReader implements AutoCloseable {
    /** Small compared with a piece, because records fetched beyond its end are not used. */
    private static final int FETCH_BYTES_MAX = 1 << 20;

    private static final int RECORDS_PER_POLL = 64;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final KafkaConsumer<byte[], byte[]> consumer;

    /**
     * The offsets of a partition.
     *
     * @param keptFrom the oldest one that retention has left
     * @param end the first one that is not committed
     */
    public record Offsets(long keptFrom, long end) {}

    private BackwardReader(KafkaConsumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /**
     * A reader that connects when it is first used.
     *
     * @param kafka Kafka client properties, {@code bootstrap.servers} among them
     */
    public static BackwardReader open(Map<String, ?> kafka) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES_MAX);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES_MAX);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_PER_POLL);
        // All that is read is there. Having read the end of a partition, the consumer asks for what comes next, and
        // a broker that waits for it would hold up the search that follows.
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 0);
        properties.putAll(kafka);
        return new BackwardReader(new KafkaConsumer<>(
                ReaderProperties.of(properties), new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    /** How many partitions a topic has; 0 if it is not there. */
    public int partitionsOf(String topic, Duration within) {
        return consumer.partitionsFor(topic, within).size();
    }

    /** Turns to a partition. */
    public Offsets turnTo(TopicPartition partition, Duration within) {
        long startNanos = System.nanoTime();
        consumer.assign(List.of(partition));
        long keptFrom = offset(consumer.beginningOffsets(List.of(partition), within), partition);
        Duration left = within.minusNanos(System.nanoTime() - startNanos);
        long end = offset(consumer.endOffsets(List.of(partition), left.isNegative() ? Duration.ZERO : left), partition);
        return new Offsets(keptFrom, Math.max(keptFrom, end));
    }

    private static long offset(Map<TopicPartition, Long> offsets, TopicPartition partition) {
        Long offset = offsets.get(partition);
        if (offset == null) {
            throw new KafkaException(partition + ": no offsets (expected: a partition that is there)");
        }
        return offset;
    }

    /**
     * Reads a piece of the partition, oldest record first; returns whether it was read to its end. If not, what is
     * missing is its newest part.
     *
     * @param from the first offset
     * @param to the first offset behind it; at most {@link Offsets#end}
     * @param stop asked after each poll
     */
    public boolean read(
            TopicPartition partition,
            long from,
            long to,
            BooleanSupplier stop,
            Consumer<ConsumerRecord<byte[], byte[]>> each) {
        consumer.seek(partition, from);
        while (consumer.position(partition, POLL) < to) {
            if (stop.getAsBoolean()) {
                return false;
            }
            // Retention may take the oldest records away meanwhile: the consumer continues with those that are left.
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() < to) {
                    each.accept(record);
                }
            }
        }
        return true;
    }

    /** Forgets the partition, and what was fetched of it and not read. */
    public void rest() {
        consumer.assign(List.of());
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(CLOSE));
    }
}
