package io.sluice.client;

import io.sluice.schemas.WireException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that reads the committed records of a topic's one partition, from the first on; again after failures. */
final class TopicFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 500;

    private final TopicPartition partition;
    private final Map<String, Object> properties;
    private final Reader reader;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    /** Where to go on after a failure; used by the thread alone. */
    private long nextOffset;

    private volatile @Nullable Consumer<byte[], byte[]> consumer;

    /** What is done with the records; called by one thread. After a failure it goes on with the first that was not read. */
    interface Reader {
        void read(byte[] value) throws WireException;

        /** Called after each poll, with whether everything has been read that was there at the start. */
        void polled(boolean complete);
    }

    /** A follower that begins with {@link #start}. */
    TopicFollower(String topic, Map<String, Object> consumerProperties, Reader reader, String threadName) {
        this.partition = new TopicPartition(topic, 0);
        this.properties = new HashMap<>(consumerProperties);
        this.properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        this.reader = reader;
        this.thread = new Thread(this::run, threadName);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (closing.getCount() > 0) {
            try (Consumer<byte[], byte[]> opened =
                    new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer = opened;
                follow(opened);
            } catch (WakeupException e) {
                LOG.debug("woken to close");
            } catch (RuntimeException | WireException e) {
                LOG.warn("reading {} failed; starting again", partition.topic(), e);
                pause();
            }
        }
    }

    private void follow(Consumer<byte[], byte[]> opened) throws WireException {
        opened.assign(List.of(partition));
        if (nextOffset == 0) {
            opened.seekToBeginning(List.of(partition));
        } else {
            opened.seek(partition, nextOffset);
        }
        long end = opened.endOffsets(List.of(partition), TIMEOUT).getOrDefault(partition, 0L);
        while (closing.getCount() > 0) {
            boolean complete = opened.position(partition, TIMEOUT) >= end;
            reader.polled(complete);
            for (ConsumerRecord<byte[], byte[]> record : opened.poll(POLL)) {
                reader.read(record.value());
                nextOffset = record.offset() + 1;
            }
        }
    }

    private void pause() {
        try {
            // Between two attempts; ends at once when closed, and then the loop does.
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
