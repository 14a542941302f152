package io.sluice.streams.ops;

import io.sluice.schemas.control.MessagePlace;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.store.LocalCopies;
import io.sluice.streams.topology.Names;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The check before the start that the cluster has the settings on which exactness relies; it names every deviation.
 *
 * <ul>
 *   <li>the topics are there, and the request topic has as many partitions as the state was built for;
 *   <li>requests carry the broker's time ({@code LogAppendTime}): with the client's own, quota could be forged;
 *   <li>transactions are of version 2, without which a late commit could hit the next transaction;
 *   <li>every topic takes the largest record that is written to it;
 *   <li>the changelog of the state, once it is there, keeps deletions as long as an app may be stopped ({@link
 *       LocalCopies}).
 * </ul>
 *
 * <p>It warns of settings that only foreign clients could exploit: transactions that may stay open for long,
 * and request topics that take compressed records, which may be huge when they are unpacked.
 */
public final class StartupCheck {
    private static final long TIMEOUT_SECONDS = 15;
    private static final int TRANSACTION_VERSION_MIN = 2;
    /** Nobody should be able to hold a partition back for longer. */
    static final int TRANSACTION_MILLIS_MAX = 60_000;

    private static final Logger LOG = LoggerFactory.getLogger(StartupCheck.class);
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
    private final List<String> warnings = new ArrayList<>();

    public StartupCheck(Admin admin, String applicationId) {
        this.admin = admin;
        this.changelog = applicationId + "-" + Names.STATE_STORE + "-changelog";
    }

    /** What the check found in the cluster. */
    public record Cluster(int requestPartitions, int replyPartitions, TakeoverTimes takeover, MessagePlace messages) {}

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
        checkSizes(TOPICS);
        warnOfForeign(TopicCatalogue.REQUESTS);
        if (!problems.isEmpty()) {
            throw new StartupException(problems);
        }
        return new Cluster(
                requests,
                replies,
                TakeoverTimes.allowedBy(brokerSetting("group.min.session.timeout.ms")),
                placeOfMessages());
    }

    private MessagePlace placeOfMessages() throws StartupException {
        TopicDescription topic = awaited(
                        admin.describeTopics(List.of(TopicCatalogue.REQUESTS)).allTopicNames())
                .get(TopicCatalogue.REQUESTS);
        return new MessagePlace(
                awaited(admin.describeCluster().clusterId()),
                Objects.requireNonNull(topic, "not asked for").topicId().toString());
    }

    /** Deviations that were logged as warnings. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    private void checkSizes(List<String> topics) throws StartupException {
        Map<String, Integer> needed = TopicSizeCheck.needed();
        for (String topic : topics) {
            String bytesMax = setting(ConfigResource.Type.TOPIC, topic, "max.message.bytes");
            int least = needed.getOrDefault(topic, 0);
            if (bytesMax != null && Integer.parseInt(bytesMax) < least) {
                problems.add(topic + " max.message.bytes: " + TopicSizeCheck.detail(Integer.parseInt(bytesMax), least));
            }
        }
    }

    private void warnOfForeign(String topic) throws StartupException {
        String compression = setting(ConfigResource.Type.TOPIC, topic, "compression.type");
        if (compression != null && !"uncompressed".equals(compression)) {
            warn(topic + " compression.type: " + compression
                    + " (expected: uncompressed; otherwise a small record can unpack to any amount of memory)");
        }
        String timeout = brokerSetting("transaction.max.timeout.ms");
        if (timeout != null && Integer.parseInt(timeout) > TRANSACTION_MILLIS_MAX) {
            warn("transaction.max.timeout.ms of the brokers: " + timeout + " (expected: at most "
                    + TRANSACTION_MILLIS_MAX
                    + "; for that time a producer with transactions can hold back a request partition)");
        }
    }

    private @Nullable String brokerSetting(String name) throws StartupException {
        String broker = awaited(admin.describeCluster().nodes()).stream()
                .findFirst()
                .map(Node::idString)
                .orElse("");
        return setting(ConfigResource.Type.BROKER, broker, name);
    }

    private void warn(String warning) {
        warnings.add(warning);
        LOG.warn("{}", warning);
    }

    /** A setting; null if this app may not see it. */
    private @Nullable String setting(ConfigResource.Type type, String resourceName, String name)
            throws StartupException {
        ConfigResource resource = new ConfigResource(type, resourceName);
        try {
            KafkaFuture<Config> described =
                    admin.describeConfigs(List.of(resource)).values().get(resource);
            ConfigEntry entry = Objects.requireNonNull(described, "not asked for")
                    .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .get(name);
            return entry == null ? null : entry.value();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                LOG.warn("{} of {} is not known: not allowed to describe it", name, resourceName);
                return null;
            }
            throw unanswered(e);
        } catch (TimeoutException | InterruptedException e) {
            throw unanswered(e);
        }
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
        if (topics.contains(TopicCatalogue.RULES_COMMANDS)) {
            warnOfForeign(TopicCatalogue.RULES_COMMANDS);
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
        String kept = stored == 0 ? null : setting(ConfigResource.Type.TOPIC, changelog, "delete.retention.ms");
        if (kept != null && Long.parseLong(kept) < LocalCopies.TOMBSTONES_KEPT.toMillis()) {
            problems.add(changelog + " delete.retention.ms: " + kept + " (expected: at least "
                    + LocalCopies.TOMBSTONES_KEPT.toMillis()
                    + "; an app that was stopped for longer would take ended holds for open)");
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
