package io.sluice.testkit.broker;

import static org.awaitility.Awaitility.await;

import io.sluice.schemas.control.MessagePlace;
import io.sluice.schemas.topic.TopicCatalogue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads partitions, from their beginning to where they end at the call. */
public final class TopicReader {
    private static final Duration READ_WITHIN = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(100);

    private TopicReader() {}

    /**
     * Every record of the topic, in offset order within each partition.
     *
     * @throws AssertionError if the end is not reached in time
     */
    public static List<ConsumerRecord<byte[], byte[]>> readAll(
            String bootstrapServers, String topic, IsolationLevel isolation) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        read(bootstrapServers, partitions(bootstrapServers, topic), isolation, records::add);
        return records;
    }

    /**
     * Hands on every record of these partitions, one by one: a whole log of a benchmark is too large to hold.
     *
     * @throws AssertionError if the end is not reached in time
     */
    public static void read(
            String bootstrapServers,
            List<TopicPartition> partitions,
            IsolationLevel isolation,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> handler) {
        try (Consumer<byte[], byte[]> consumer = consumer(bootstrapServers, isolation)) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadlineNanos = System.nanoTime() + READ_WITHIN.toNanos();
            // By position, not by the last record: a topic may end in transaction markers, which are never handed out.
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                if (System.nanoTime() - deadlineNanos > 0) {
                    throw new AssertionError("ends " + ends + " not reached within " + READ_WITHIN);
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                    if (record.offset() < ends.getOrDefault(partition, 0L)) {
                        handler.accept(record);
                    }
                }
            }
        }
    }

    /** The number of partitions of the topic. */
    public static int partitionsOf(String bootstrapServers, String topic) {
        return partitions(bootstrapServers, topic).size();
    }

    /** The partitions of the topic. */
    public static List<TopicPartition> partitions(String bootstrapServers, String topic) {
        try (Consumer<byte[], byte[]> consumer = consumer(bootstrapServers, IsolationLevel.READ_UNCOMMITTED)) {
            return consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
        }
    }

    /** Where messages between the request partitions of the cluster count. */
    public static MessagePlace placeOfMessages(String bootstrapServers) {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            String clusterId = admin.describeCluster().clusterId().get(READ_WITHIN.toSeconds(), TimeUnit.SECONDS);
            TopicDescription topic = admin.describeTopics(List.of(TopicCatalogue.REQUESTS))
                    .allTopicNames()
                    .get(READ_WITHIN.toSeconds(), TimeUnit.SECONDS)
                    .get(TopicCatalogue.REQUESTS);
            return new MessagePlace(
                    clusterId,
                    Objects.requireNonNull(topic, "not asked for").topicId().toString());
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            throw new AssertionError("Kafka does not describe " + TopicCatalogue.REQUESTS, e);
        }
    }

    /** The sum of the topic's end offsets over all partitions; markers and uncommitted records count, too. */
    public static long endOf(String bootstrapServers, String topic) {
        try (Consumer<byte[], byte[]> consumer = consumer(bootstrapServers, IsolationLevel.READ_UNCOMMITTED)) {
            return consumer.endOffsets(partitions(bootstrapServers, topic)).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    /**
     * Returns when all records of the topic are committed or aborted for its readers. A producer's commit returns
     * once the coordinator has decided; the markers that let readers pass are written after that.
     *
     * @throws org.awaitility.core.ConditionTimeoutException if a transaction stays open
     */
    public static void awaitCommitted(String bootstrapServers, String topic) {
        List<TopicPartition> partitions = partitions(bootstrapServers, topic);
        try (Consumer<byte[], byte[]> all = consumer(bootstrapServers, IsolationLevel.READ_UNCOMMITTED);
                Consumer<byte[], byte[]> committed = consumer(bootstrapServers, IsolationLevel.READ_COMMITTED)) {
            Map<TopicPartition, Long> ends = all.endOffsets(partitions);
            await(topic + " is committed")
                    .atMost(READ_WITHIN)
                    .until(() -> committed.endOffsets(partitions).entrySet().stream()
                            .allMatch(end -> end.getValue() >= ends.getOrDefault(end.getKey(), 0L)));
        }
    }

    private static Consumer<byte[], byte[]> consumer(String bootstrapServers, IsolationLevel isolation) {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation.name().toLowerCase(Locale.ROOT));
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // A fetch at the end of a topic waits this long for more, and closing waits for the fetch.
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
