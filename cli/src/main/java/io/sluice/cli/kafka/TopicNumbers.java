package io.sluice.cli.kafka;

import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.topic.TopicSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * The requested partition and replica counts, and those that a cluster has.
 *
 * @param requestPartitions partitions of the request topic; null for what the cluster has, or the default
 * @param replyPartitions partitions of the reply topic; null likewise
 * @param replicationFactor copies of each partition; null for the broker's default
 */
record TopicNumbers(
        @Nullable Integer requestPartitions,
        @Nullable Integer replyPartitions,
        @Nullable Short replicationFactor) {
    static final int PARTITIONS = 12;

    private static final long TIMEOUT_SECONDS = 30;
    /** Numbers that no topic has by itself, to find out which topics use which number. */
    private static final int REQUESTS_MARK = 1_000_001;

    private static final int REPLIES_MARK = 1_000_002;

    /** The topics of the catalogue that the cluster has, by name. */
    static Map<String, TopicDescription> existing(Map<String, String> kafka) {
        Map<String, TopicDescription> existing = new HashMap<>();
        try (Admin admin = Admin.create(new HashMap<>(kafka))) {
            List<String> names =
                    TopicCatalogue.topics(1, 1).stream().map(TopicSpec::name).toList();
            Map<String, KafkaFuture<TopicDescription>> answers =
                    admin.describeTopics(names).topicNameValues();
            for (Map.Entry<String, KafkaFuture<TopicDescription>> answer : answers.entrySet()) {
                TopicDescription description = described(answer.getKey(), answer.getValue());
                if (description != null) {
                    existing.put(answer.getKey(), description);
                }
            }
        }
        return existing;
    }

    private static @Nullable TopicDescription described(String name, KafkaFuture<TopicDescription> answer) {
        try {
            return answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return null;
            }
            throw new KafkaException("topic " + name + " cannot be looked up: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new KafkaException("topic " + name + " cannot be looked up: Kafka does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while looking up topic " + name, e);
        }
    }

    /** Where the cluster differs from the requested or the required numbers; a line for each difference. */
    List<String> differences(Map<String, TopicDescription> existing) {
        List<String> lines = new ArrayList<>();
        for (TopicSpec topic : TopicCatalogue.topics(REQUESTS_MARK, REPLIES_MARK)) {
            TopicDescription there = existing.get(topic.name());
            if (there == null) {
                continue;
            }
            Integer partitions = partitions(topic);
            int has = there.partitions().size();
            if (partitions != null && has != partitions) {
                lines.add("topic " + topic.name() + ": " + has + " partitions, not " + partitions
                        + remedy(topic, partitions, has));
            }
            int copies = there.partitions().get(0).replicas().size();
            if (replicationFactor != null && replicationFactor != copies) {
                lines.add("topic " + topic.name() + ": replication factor " + copies + ", not " + replicationFactor
                        + " (change it with kafka-reassign-partitions)");
            }
        }
        return lines;
    }

    /** The requested or required number for a topic; null if that was left open. */
    private @Nullable Integer partitions(TopicSpec topic) {
        return switch (topic.partitions()) {
            case REQUESTS_MARK -> requestPartitions;
            case REPLIES_MARK -> replyPartitions;
            default -> topic.partitions();
        };
    }

    private static String remedy(TopicSpec topic, int asked, int has) {
        if (topic.name().equals(TopicCatalogue.REQUESTS)) {
            return " (fixed for ever: it decides where the buckets of an account are)";
        }
        return topic.partitions() == REPLIES_MARK && asked > has ? " (add some with kafka-topics --alter)" : "";
    }

    /** The catalogue with these numbers, and the cluster's own where none was requested. */
    List<TopicSpec> topics(Map<String, TopicDescription> existing) {
        return TopicCatalogue.topics(
                number(requestPartitions, existing.get(TopicCatalogue.REQUESTS)),
                number(replyPartitions, existing.get(TopicCatalogue.REPLIES)));
    }

    private static int number(@Nullable Integer asked, @Nullable TopicDescription there) {
        if (asked != null) {
            return asked;
        }
        return there == null ? PARTITIONS : there.partitions().size();
    }
}
