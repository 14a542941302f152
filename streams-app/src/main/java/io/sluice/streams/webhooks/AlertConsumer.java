package io.sluice.streams.webhooks;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AlertCodec;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.topics.RecordGuard;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reader of the alert topic for one URL, with its own consumer group and thread.
 *
 * <p>An offset is committed when its alert was delivered or dropped. So an alert is delivered at least once, always
 * under the same ID. While alerts wait, no more are fetched, so memory is bounded; the topic keeps the rest. A new
 * group begins with alerts that are written after its start.
 */
final class AlertConsumer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AlertConsumer.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 5_000;
    private static final long CLOSE_MILLIS = 3_000;
    private static final int FETCH_BYTES_MAX = 1 << 20;

    private final Map<String, Object> properties;
    private final WebhookTarget target;
    private final WebhookDelivery delivery;
    private final WebhookMeters meters;
    private final RecordGuard guard;
    private final long startedMillis = System.currentTimeMillis();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> running;
    private boolean failureLogged;

    /**
     * A reader that is not started yet.
     *
     * @param kafka the properties of plain clients
     * @param group the group of this URL
     */
    AlertConsumer(
            Map<String, String> kafka, String group, WebhookTarget target, Delivering delivering, RecordGuard guard) {
        this.properties = properties(kafka, group);
        this.target = target;
        this.delivery = delivering.delivery();
        this.meters = delivering.meters();
        this.guard = guard;
        this.thread = new Thread(this::run, "sluice-webhook-" + target.id());
        thread.setDaemon(true);
    }

    /** The delivery of alerts, and its meters. */
    record Delivering(WebhookDelivery delivery, WebhookMeters meters) {}

    private static Map<String, Object> properties(Map<String, String> kafka, String group) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES_MAX);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES_MAX);
        properties.putAll(kafka);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, WebhookBounds.QUEUE_MAX);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        // That of a streams app is for streams groups.
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return properties;
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (closing.getCount() > 0) {
            try (KafkaConsumer<byte[], byte[]> consumer =
                    new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                running = consumer;
                follow(consumer);
            } catch (WakeupException e) {
                LOG.debug("the delivery of alerts to {} is stopping", target);
            } catch (KafkaException e) {
                if (!failureLogged) {
                    failureLogged = true;
                    LOG.warn("alerts for {} cannot be read, trying again soon: {}", target, e.getMessage());
                }
            } catch (RuntimeException | Error e) {
                LOG.error(
                        "a defect of Sluice, or too little memory: the delivery of alerts to {} is started again",
                        target,
                        e);
            } finally {
                running = null;
                delivery.clear();
            }
            pause();
        }
    }

    private void pause() {
        try {
            // Between two attempts; ends at once when this is closed, and then the loop ends.
            boolean closed = closing.await(PAUSE_AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS);
            LOG.debug("beginning anew: {}", !closed);
        } catch (InterruptedException e) {
            closing.countDown();
        }
    }

    private void follow(KafkaConsumer<byte[], byte[]> consumer) {
        consumer.subscribe(List.of(TopicCatalogue.ALERTS), new Assignments(consumer));
        while (closing.getCount() > 0) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(delivery.pause(POLL))) {
                guard.read(record, this::add);
            }
            if (delivery.hasWork()) {
                consumer.pause(consumer.assignment());
            }
            OutgoingAlert done = delivery.step();
            if (done != null) {
                consumer.commitSync(Map.of(done.place(), new OffsetAndMetadata(done.offset() + 1)));
            }
            if (!delivery.hasWork()) {
                consumer.resume(consumer.assignment());
            }
            failureLogged &= consumer.assignment().isEmpty();
            meters.lag(lag(consumer));
        }
    }

    private void add(ConsumerRecord<byte[], byte[]> record) throws WireException {
        // A record that is no alert is skipped.
        AlertCodec.decode(record.value());
        delivery.add(new OutgoingAlert(
                new TopicPartition(record.topic(), record.partition()),
                record.offset(),
                record.timestamp(),
                record.value()));
    }

    private static long lag(KafkaConsumer<byte[], byte[]> consumer) {
        long lag = 0;
        for (TopicPartition place : consumer.assignment()) {
            OptionalLong known = consumer.currentLag(place);
            lag += known.isPresent() ? known.getAsLong() : 0;
        }
        return lag;
    }

    /**
     * Commits where the group begins, so that it misses nothing later; forgets partitions that move to other
     * instances.
     */
    private final class Assignments implements ConsumerRebalanceListener {
        private final KafkaConsumer<byte[], byte[]> consumer;

        private Assignments(KafkaConsumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> places) {
            Set<TopicPartition> all = new HashSet<>(places);
            Map<TopicPartition, OffsetAndMetadata> begin = new HashMap<>();
            consumer.committed(all).forEach((place, committed) -> {
                if (committed == null) {
                    begin.put(place, new OffsetAndMetadata(begin(place)));
                }
            });
            if (!begin.isEmpty()) {
                consumer.commitSync(begin);
            }
        }

        private long begin(TopicPartition place) {
            OffsetAndTimestamp since =
                    consumer.offsetsForTimes(Map.of(place, startedMillis)).get(place);
            if (since != null) {
                consumer.seek(place, since.offset());
            }
            return consumer.position(place);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> places) {
            delivery.clear();
        }
    }

    /** Asks the thread to end at its next poll, and does not wait for it. */
    void stop() {
        closing.countDown();
        KafkaConsumer<byte[], byte[]> consumer = running;
        if (consumer != null) {
            consumer.wakeup();
        }
    }

    @Override
    public void close() {
        stop();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
