package io.sluice.cli.kafka;

import io.sluice.schemas.topic.TopicSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

/** The creation of catalogue topics that a cluster does not have; existing topics stay as they are. */
public final class TopicCreation {
    private static final long TIMEOUT_SECONDS = 30;

    private TopicCreation() {}

    /**
     * Creates what is missing; returns the names of the topics that were created.
     *
     * @param replicationFactor copies of each partition, or -1 for the broker's default
     * @throws KafkaException if the cluster does not answer or refuses
     */
    public static List<String> create(Map<String, String> kafka, List<TopicSpec> topics, short replicationFactor) {
        List<String> created = new ArrayList<>();
        try (Admin admin = Admin.create(new HashMap<>(kafka))) {
            List<NewTopic> newTopics = topics.stream()
                    .map(topic -> newTopic(topic, replicationFactor))
                    .toList();
            Map<String, KafkaFuture<Void>> results =
                    admin.createTopics(newTopics).values();
            for (TopicSpec topic : topics) {
                if (isCreated(topic.name(), results.get(topic.name()))) {
                    created.add(topic.name());
                }
            }
        }
        return created;
    }

    private static NewTopic newTopic(TopicSpec topic, short replicationFactor) {
        Optional<Short> factor = replicationFactor < 0 ? Optional.empty() : Optional.of(replicationFactor);
        return new NewTopic(topic.name(), Optional.of(topic.partitions()), factor).configs(topic.config());
    }

    private static boolean isCreated(String name, @Nullable KafkaFuture<Void> result) {
        try {
            Objects.requireNonNull(result, name).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false;
            }
            throw new KafkaException("topic " + name + " cannot be created: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new KafkaException("topic " + name + " cannot be created: Kafka does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while creating topic " + name, e);
        }
    }
}
