package io.sluice.streams.clients;

import io.sluice.schemas.codec.ClockMarkCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.ClockMark;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.admission.MarkSender;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A writer of clock marks, with this machine's time, into request partitions. It has its own thread and a producer
 * without transactions, since a mark must be in the log at once.
 *
 * <p>A mark has the time at which the producer got it. So if the broker does not take it in time, it is dropped: the
 * next one is more useful. At most one mark waits for each partition.
 */
public final class ClockMarks implements MarkSender, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClockMarks.class);
    /** Shorter than a mark may differ from its stamp. */
    private static final int DELIVERY_MILLIS = 3_000;

    private static final int REQUEST_MILLIS = 2_000;
    private static final int METADATA_MILLIS = 2_000;
    private static final Duration CLOSE_WITHIN = Duration.ofMillis(500);

    private final Map<String, Object> properties;
    private final @Nullable SigningKey key;
    private final Map<Integer, String> waiting = new ConcurrentHashMap<>();
    private final ExecutorService thread;
    private @Nullable Producer<byte[], byte[]> producer;

    /**
     * A sender for these Kafka client properties; it connects when the first mark is due.
     *
     * @param key signs the marks; without it none are sent
     */
    public ClockMarks(Map<String, String> kafka, @Nullable SigningKey key) {
        this.properties = new HashMap<>(kafka);
        properties.remove("group.instance.id");
        properties.remove("application.id");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, METADATA_MILLIS);
        this.key = key;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread worker = new Thread(task, "sluice-clock-marks");
            worker.setDaemon(true);
            return worker;
        });
    }

    @Override
    public void send(int partition, String reason) {
        if (key == null || waiting.putIfAbsent(partition, reason) != null) {
            return;
        }
        try {
            thread.execute(() -> write(partition));
        } catch (RejectedExecutionException e) {
            LOG.debug("closing; no mark for partition {}", partition);
        }
    }

    private void write(int partition) {
        String reason = waiting.remove(partition);
        SigningKey signing = key;
        if (reason == null || signing == null) {
            return;
        }
        try {
            Producer<byte[], byte[]> open = producer();
            // Metadata first, so that waiting for it makes the mark no older.
            open.partitionsFor(TopicCatalogue.REQUESTS);
            ClockMark mark = new ClockMark(partition, System.currentTimeMillis(), ClockMark.STREAMS_APP, reason);
            byte[] record = RequestCodec.encode(signing.sign(SignedKind.CLOCK_MARK, ClockMarkCodec.encode(mark)));
            open.send(new ProducerRecord<>(TopicCatalogue.REQUESTS, partition, null, record), (metadata, failure) -> {
                if (failure != null) {
                    LOG.debug("no mark for partition {}: {}", partition, failure.getMessage());
                }
            });
        } catch (RuntimeException e) {
            LOG.warn("no mark for partition {}, the next one is tried again: {}", partition, e.toString());
        }
    }

    private Producer<byte[], byte[]> producer() {
        Producer<byte[], byte[]> open = producer;
        if (open == null) {
            open = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
            producer = open;
        }
        return open;
    }

    @Override
    public void close() {
        if (thread.isShutdown()) {
            return;
        }
        waiting.clear();
        thread.execute(() -> {
            Producer<byte[], byte[]> open = producer;
            if (open != null) {
                open.close(CLOSE_WITHIN);
            }
        });
        thread.shutdown();
    }
}
