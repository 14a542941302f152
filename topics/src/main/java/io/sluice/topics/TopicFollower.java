package io.sluice.topics;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that reads the committed records of a topic's only partition, from the first one on.
 *
 * <p>No record stops it: see {@link RecordGuard}. After a failure of Kafka, or a defect, it continues with the first
 * record that it has not read. The log has the first failure in a row, and the end of the row.
 */
public final class TopicFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final Duration CLOSE = Duration.ofSeconds(3);
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 500;
    /** The shortest time between two stack traces. */
    private static final long DEFECT_LOG_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final TopicPartition partition;
    private final Map<String, Object> properties;
    private final RecordGuard guard;
    private final Reader reader;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    /** Where to continue after a failure; used by the thread alone, like the fields below. */
    private long nextOffset;

    private long failures;
    private long defectLoggedNanos = System.nanoTime() - DEFECT_LOG_NANOS;

    private volatile @Nullable Consumer<byte[], byte[]> consumer;

    /** Processes the records; called by one thread. */
    public interface Reader extends RecordReader {
        /**
         * Called after each poll, with whether all records that were there at the start have been read. A failure of
         * Kafka that it throws restarts the read, with the records after those already read.
         */
        void polled(boolean complete);
    }

    /**
     * A follower that begins with {@link #start}.
     *
     * @param kafka Kafka client properties, {@code bootstrap.servers} among them
     */
    public TopicFollower(String topic, Map<String, ?> kafka, MeterRegistry registry, Reader reader, String threadName) {
        this.partition = new TopicPartition(topic, 0);
        this.properties = ReaderProperties.of(kafka);
        this.guard = new RecordGuard(topic, registry);
        this.reader = reader;
        this.thread = new Thread(this::run, threadName);
        this.thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        while (!isClosing()) {
            try (Consumer<byte[], byte[]> opened =
                    new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer = opened;
                follow(opened);
            } catch (WakeupException e) {
                LOG.debug("woken to close");
            } catch (KafkaException e) {
                failed(e);
            } catch (RuntimeException | Error e) {
                failedByDefect(e);
            }
        }
    }

    private void failed(KafkaException e) {
        if (failures == 0) {
            LOG.warn("reading {} failed; trying again until it succeeds: {}", partition.topic(), e.toString());
        }
        LOG.debug("reading {} failed", partition.topic(), e);
        failures++;
        pause();
    }

    private void failedByDefect(Throwable defect) {
        long nowNanos = System.nanoTime();
        if (nowNanos - defectLoggedNanos >= DEFECT_LOG_NANOS) {
            defectLoggedNanos = nowNanos;
            LOG.error(
                    "a defect of Sluice, or too little memory: the reader of {} failed between two records;"
                            + " trying again until it succeeds",
                    partition.topic(),
                    defect);
        }
        failures++;
        pause();
    }

    private void follow(Consumer<byte[], byte[]> opened) {
        opened.assign(List.of(partition));
        if (nextOffset == 0) {
            opened.seekToBeginning(List.of(partition));
        } else {
            opened.seek(partition, nextOffset);
        }
        long end = opened.endOffsets(List.of(partition), TIMEOUT).getOrDefault(partition, 0L);
        while (!isClosing()) {
            reader.polled(opened.position(partition, TIMEOUT) >= end);
            recovered();
            for (ConsumerRecord<byte[], byte[]> record : opened.poll(POLL)) {
                guard.read(record, reader);
                nextOffset = record.offset() + 1;
            }
        }
    }

    private void recovered() {
        if (failures > 0) {
            LOG.info("{} is read again, after {} failures", partition.topic(), failures);
            failures = 0;
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void pause() {
        try {
            // Between two attempts; ends at once when the follower is closed, and then the loop ends.
            boolean closed = closing.await(PAUSE_AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS);
            LOG.debug("starting again: {}", !closed);
        } catch (InterruptedException e) {
            closing.countDown();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        Consumer<byte[], byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
        try {
            thread.join(CLOSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
