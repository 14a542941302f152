package io.sluice.streams.clients;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A stream thread's consumer. It reports how many requests each poll returned, and when the thread is about to wait.
 */
final class IdlingConsumer extends KafkaConsumer<byte[], byte[]> {
    private static final String LAST_HEARTBEAT = "last-heartbeat-seconds-ago";

    private final IntConsumer polled;
    private final Consumer<IdlingConsumer> whenClosed;
    private final Map<TopicPartition, Long> seeks = new HashMap<>();
    /** As of the last poll, of those partitions that somebody asked for. */
    private final Map<TopicPartition, Long> logEnds = new HashMap<>();

    private volatile long polledNanos = System.nanoTime();

    /**
     * Opens the consumer.
     *
     * @param polled gets the number of requests; the stream thread calls it, and it must not block
     * @param whenClosed is called when the consumer closes
     */
    IdlingConsumer(Map<String, Object> config, IntConsumer polled, Consumer<IdlingConsumer> whenClosed) {
        super(config, CutBytes.ofKeys(), CutBytes.ofValues());
        this.polled = polled;
        this.whenClosed = whenClosed;
    }

    /** The time since its thread last polled. */
    Duration sincePoll() {
        return Duration.ofNanos(System.nanoTime() - polledNanos);
    }

    /** The time since its last heartbeat to the group; it sends them only as a member. Null before the first one. */
    @Nullable Duration sinceHeartbeat() {
        for (Map.Entry<MetricName, ? extends Metric> metric : metrics().entrySet()) {
            if (metric.getKey().name().equals(LAST_HEARTBEAT)
                    && metric.getValue().metricValue() instanceof Number seconds
                    && seconds.doubleValue() >= 0) {
                return Duration.ofSeconds(seconds.longValue());
            }
        }
        return null;
    }

    /**
     * Sets what the next poll begins with, whatever Kafka Streams sets until then: it positions a partition while it
     * starts the partition's task. Called by the stream thread.
     */
    void seekAtNextPoll(TopicPartition partition, long offset) {
        seeks.put(partition, offset);
    }

    /**
     * The offset behind the last record of an assigned partition that this consumer may read, as of the last poll; 0 if
     * no fetch has told it yet. Called by the stream thread; asks no broker.
     */
    long logEnd(TopicPartition partition) {
        return logEnds.computeIfAbsent(partition, this::logEndNow);
    }

    private long logEndNow(TopicPartition partition) {
        OptionalLong lag = currentLag(partition);
        return lag.isEmpty() ? 0 : position(partition) + lag.getAsLong();
    }

    private void seekNow() {
        if (!seeks.isEmpty()) {
            seeks.keySet().retainAll(assignment());
            seeks.forEach(this::seek);
            seeks.clear();
        }
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        seekNow();
        logEnds.clear();
        polledNanos = System.nanoTime();
        // It may wait now.
        polled.accept(0);
        ConsumerRecords<byte[], byte[]> records = CutBytes.bounded(super.poll(timeout));
        polled.accept(records.count());
        return records;
    }

    @Override
    public void close() {
        whenClosed.accept(this);
        super.close();
    }

    @Override
    public void close(CloseOptions options) {
        whenClosed.accept(this);
        super.close(options);
    }
}
