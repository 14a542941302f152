package io.sluice.replay.log;

import io.sluice.schemas.topic.TopicCatalogue;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes an exported log into the empty request topic of another cluster, each record into its partition and with its
 * own timestamp.
 *
 * <p>A cluster that decides it comes to the same verdicts. Offsets that the log passed over, such as the ends of
 * transactions, are not passed over again: from the first of them on, decision IDs are smaller.
 */
public final class LogImport {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String TIMESTAMPS = "message.timestamp.type";
    private static final String BY_SENDER = "CreateTime";

    private final Map<String, ?> kafka;

    /** Into the cluster of these client properties. */
    public LogImport(Map<String, ?> kafka) {
        this.kafka = kafka;
    }

    /**
     * What was written.
     *
     * @param records how many
     * @param passedOver offsets that the log had passed over
     */
    public record Written(long records, long passedOver) {}

    /**
     * Writes the requests of a log.
     *
     * @throws LogException if the topic has records, other partitions, or the broker's timestamps; nothing is written
     *     then
     */
    public Written write(LogSource log) throws LogException {
        check(log);
        long records = 0;
        long passedOver = 0;
        AtomicReference<Exception> failure = new AtomicReference<>();
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(properties(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int partition = 0; partition < log.partitions(); partition++) {
                long written = 0;
                long last = -1;
                try (LogReader reader = log.requests(partition, /* from= */ null)) {
                    for (LoggedRecord record = reader.next(); record != null; record = reader.next()) {
                        producer.send(
                                new ProducerRecord<>(
                                        TopicCatalogue.REQUESTS,
                                        partition,
                                        record.timestampMillis(),
                                        record.key(),
                                        record.value()),
                                (metadata, failed) -> failure.compareAndSet(null, failed));
                        written++;
                        last = record.offset();
                        check(failure);
                    }
                }
                records += written;
                passedOver += last + 1 - written;
            }
            producer.flush();
            check(failure);
        } catch (KafkaException e) {
            throw failed(e);
        }
        return new Written(records, passedOver);
    }

    private static LogException failed(Exception e) {
        return new LogException(TopicCatalogue.REQUESTS + " could not be written: " + e.getMessage(), e);
    }

    private static void check(AtomicReference<Exception> failure) throws LogException {
        Exception failed = failure.get();
        if (failed != null) {
            throw failed(failed);
        }
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>(kafka);
        // Order within a partition is what the log is.
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * TopicCatalogue.REQUEST_BYTES_MAX);
        return properties;
    }

    private void check(LogSource log) throws LogException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (int partition = 0; partition < log.partitions(); partition++) {
            ends.put(new TopicPartition(TopicCatalogue.REQUESTS, partition), OffsetSpec.latest());
        }
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, TopicCatalogue.REQUESTS);
        try (Admin admin = Admin.create(Map.copyOf(kafka))) {
            TopicDescription described = answer(admin.describeTopics(List.of(TopicCatalogue.REQUESTS))
                            .allTopicNames())
                    .get(TopicCatalogue.REQUESTS);
            int partitions = described == null ? 0 : described.partitions().size();
            if (partitions != log.partitions()) {
                throw new LogException(TopicCatalogue.REQUESTS + ": " + partitions + " partitions (expected: "
                        + log.partitions() + ", as the log has)");
            }
            for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
                    answer(admin.listOffsets(ends).all()).entrySet()) {
                if (end.getValue().offset() > 0) {
                    throw new LogException(end.getKey() + ": ends at "
                            + end.getValue().offset() + " (expected: 0, a topic that nothing was written to)");
                }
            }
            Config config = answer(admin.describeConfigs(List.of(topic)).all()).get(topic);
            ConfigEntry entry = config == null ? null : config.get(TIMESTAMPS);
            String timestamps = entry == null ? "unknown" : entry.value();
            if (!timestamps.equals(BY_SENDER)) {
                throw new LogException(TopicCatalogue.REQUESTS + ": " + TIMESTAMPS + " is " + timestamps
                        + " (expected: " + BY_SENDER + " while a log is imported, so that its times stay)");
            }
        } catch (KafkaException e) {
            throw new LogException(TopicCatalogue.REQUESTS + " cannot be looked at: " + e.getMessage(), e);
        }
    }

    private static <T> T answer(KafkaFuture<T> future) throws LogException {
        try {
            return future.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new LogException(TopicCatalogue.REQUESTS + " cannot be looked at: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("interrupted", e);
        }
    }
}
