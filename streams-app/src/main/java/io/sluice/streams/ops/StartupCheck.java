package io.sluice.streams.ops;

import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.topology.Names;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Looks, before anything is processed, whether the cluster is what exactness relies on, and names all that is not.
 *
 * <ul>
 *   <li>the topics are there, and the request topic has as many partitions as the state was built for;
 *   <li>requests carry the broker's time ({@code LogAppendTime}): with the client's own, quota could be forged;
 *   <li>transactions are of version 2, without which a late commit could hit the next transaction.
 * </ul>
 */
public final class StartupCheck {
    private static final long TIMEOUT_SECONDS = 15;
    private static final int TRANSACTION_VERSION_MIN = 2;
    private static final List<String> TOPICS = List.of(
            TopicCatalogue.REQUESTS,
            TopicCatalogue.REPLIES,
            TopicCatalogue.DECISIONS,
            TopicCatalogue.ALERTS,
            TopicCatalogue.DEAD_LETTERS,
            TopicCatalogue.ACCOUNTS,
            TopicCatalogue.AUDIT);

    private final Admin admin;
    private final String changelog;
    private final List<String> problems = new ArrayList<>();

    public StartupCheck(Admin admin, String applicationId) {
        this.admin = admin;
        this.changelog = applicationId + "-" + Names.STATE_STORE + "-changelog";
    }

    /** What the check learnt of the cluster. */
    public record Cluster(int requestPartitions, int replyPartitions) {}

    /**
     * Checks everything.
     *
     * @throws StartupException with every problem that was found
     */
    public Cluster check() throws StartupException {
        int requests = partitions(TopicCatalogue.REQUESTS);
        int replies = partitions(TopicCatalogue.REPLIES);
        for (String topic : TOPICS) {
            if (partitions(topic) == 0) {
                problems.add(missing(topic));
            }
        }
        if (requests > 0) {
            checkTimestamps();
            checkChangelog(requests);
        }
        checkTransactionVersion();
        if (!problems.isEmpty()) {
            throw new StartupException(problems);
        }
        return new Cluster(requests, replies);
    }

    /**
     * Checks only that topics are there, and transactions.
     *
     * @return the partitions of each topic
     * @throws StartupException with every problem that was found
     */
    public Map<String, Integer> checkTopics(List<String> topics) throws StartupException {
        Map<String, Integer> partitions = new HashMap<>();
        for (String topic : topics) {
            partitions.put(topic, partitions(topic));
            if (partitions(topic) == 0) {
                problems.add(missing(topic));
            }
        }
        checkTransactionVersion();
        if (!problems.isEmpty()) {
            throw new StartupException(problems);
        }
        return partitions;
    }

    private static String missing(String topic) {
        return "topic " + topic + " is missing (create the topics: sluice topics create)";
    }

    private int partitions(String topic) throws StartupException {
        Map<String, KafkaFuture<TopicDescription>> described =
                admin.describeTopics(List.of(topic)).topicNameValues();
        TopicDescription description = absentIfUnknown(described.get(topic));
        return description == null ? 0 : description.partitions().size();
    }

    private void checkTimestamps() throws StartupException {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, TopicCatalogue.REQUESTS);
        Config config =
                absentIfUnknown(admin.describeConfigs(List.of(topic)).values().get(topic));
        ConfigEntry type = config == null ? null : config.get("message.timestamp.type");
        if (type == null || !"LogAppendTime".equals(type.value())) {
            problems.add(TopicCatalogue.REQUESTS + " message.timestamp.type: "
                    + (type == null ? "unknown" : type.value()) + " (expected: LogAppendTime)");
        }
    }

    private void checkChangelog(int requestPartitions) throws StartupException {
        int stored = partitions(changelog);
        if (stored != 0 && stored != requestPartitions) {
            problems.add(TopicCatalogue.REQUESTS + " partitions: " + requestPartitions + " (expected: " + stored
                    + ", which the state was built for; the number is fixed for ever)");
        }
    }

    private void checkTransactionVersion() throws StartupException {
        Map<String, FinalizedVersionRange> features =
                awaited(admin.describeFeatures().featureMetadata()).finalizedFeatures();
        FinalizedVersionRange version = features.get("transaction.version");
        int level = version == null ? 0 : version.maxVersionLevel();
        if (level < TRANSACTION_VERSION_MIN) {
            problems.add("transaction.version: " + level + " (expected: at least " + TRANSACTION_VERSION_MIN
                    + "; kafka-features.sh upgrade --feature transaction.version=2)");
        }
    }

    private static <T> @Nullable T absentIfUnknown(@Nullable KafkaFuture<T> future) throws StartupException {
        try {
            return future == null ? null : future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return null;
            }
            throw new StartupException("Kafka does not answer: " + e.getCause(), e);
        } catch (TimeoutException | InterruptedException e) {
            throw unanswered(e);
        }
    }

    private static <T> T awaited(KafkaFuture<T> future) throws StartupException {
        try {
            return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            throw unanswered(e);
        }
    }

    private static StartupException unanswered(Exception cause) {
        if (cause instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return new StartupException("Kafka does not answer: " + cause, cause);
    }
}
