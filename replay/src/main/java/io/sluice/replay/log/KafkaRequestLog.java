package io.sluice.replay.log;

import io.sluice.schemas.control.TrustedKeys;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.replay.PartitionRun;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** The log of a cluster: committed records only. */
public final class KafkaRequestLog implements LogSource {
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final int RECORDS_PER_POLL = 2_000;
    private static final int FETCH_BYTES = 4 << 20;

    private final Map<String, Object> properties;
    private final TrustedKeys keys;
    private final int partitions;
    private final int replyPartitions;
    private final int decisionPartitions;

    /**
     * Looks at the topics; nothing is read so far.
     *
     * @param kafka Kafka client properties, {@code bootstrap.servers} among them
     * @param keys prove control records
     * @throws LogException if Kafka does not answer, or a topic is missing
     */
    public KafkaRequestLog(Map<String, ?> kafka, TrustedKeys keys) throws LogException {
        this.keys = keys;
        this.properties = properties(kafka);
        try (Consumer<byte[], byte[]> consumer = consumer()) {
            this.partitions = count(consumer, TopicCatalogue.REQUESTS);
            this.replyPartitions = count(consumer, TopicCatalogue.REPLIES);
            this.decisionPartitions = count(consumer, TopicCatalogue.DECISIONS);
        } catch (KafkaException e) {
            throw new LogException("the topics cannot be looked up: " + e.getMessage(), e);
        }
    }

    private static int count(Consumer<?, ?> consumer, String topic) throws LogException {
        List<PartitionInfo> found = consumer.partitionsFor(topic, TIMEOUT);
        if (found == null || found.isEmpty()) {
            throw new LogException(topic + ": no such topic (expected: the topics of `sluice topics create`)");
        }
        return found.size();
    }

    private static Map<String, Object> properties(Map<String, ?> kafka) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_PER_POLL);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        properties.putAll(kafka);
        // The operator may not change these: only committed records count, and none may be missed.
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return properties;
    }

    private Consumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public String name() {
        return "cluster " + properties.get("bootstrap.servers");
    }

    @Override
    public int partitions() {
        return partitions;
    }

    @Override
    public int replyPartitions() {
        return replyPartitions;
    }

    @Override
    public LogReader requests(int partition, @Nullable LogPoint from) throws LogException {
        return KafkaLogReader.open(consumer(), TopicCatalogue.REQUESTS, partition, from);
    }

    @Override
    public TrustedKeys keys() {
        return keys;
    }

    @Override
    public LogReader rules() throws LogException {
        return KafkaLogReader.open(consumer(), TopicCatalogue.RULES, /* partition= */ 0, /* from= */ null);
    }

    @Override
    public @Nullable LogReader decisions(int partition) throws LogException {
        if (decisionPartitions != partitions) {
            throw new LogException(TopicCatalogue.DECISIONS + ": " + decisionPartitions + " partitions (expected: "
                    + partitions + ", as many as " + TopicCatalogue.REQUESTS
                    + ", so that the decisions on a partition lie in one)");
        }
        return KafkaLogReader.open(consumer(), TopicCatalogue.DECISIONS, partition, /* from= */ null);
    }

    @Override
    public UnprovenOffsets unproven() throws LogException {
        int deadLetterPartitions;
        try (Consumer<byte[], byte[]> consumer = consumer()) {
            deadLetterPartitions = count(consumer, TopicCatalogue.DEAD_LETTERS);
        } catch (KafkaException e) {
            throw new LogException(TopicCatalogue.DEAD_LETTERS + " cannot be looked up: " + e.getMessage(), e);
        }
        UnprovenOffsets unproven = new UnprovenOffsets();
        for (int partition = 0; partition < deadLetterPartitions; partition++) {
            try (KafkaLogReader reader =
                    KafkaLogReader.open(consumer(), TopicCatalogue.DEAD_LETTERS, partition, /* from= */ null)) {
                for (ConsumerRecord<byte[], byte[]> letter = reader.nextRecord();
                        letter != null;
                        letter = reader.nextRecord()) {
                    DecisionId refused = PartitionRun.unprovenMessage(letter.headers());
                    if (refused != null) {
                        unproven.add(refused.partition(), refused.offset());
                    }
                }
            }
        }
        return unproven;
    }

    @Override
    public void close() {
        // Each reader has a consumer of its own.
    }
}
