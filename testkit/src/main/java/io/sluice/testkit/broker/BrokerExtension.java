package io.sluice.testkit.broker;

import static org.awaitility.Awaitility.await;

import io.sluice.broker.BrokerConfig;
import io.sluice.broker.EmbeddedBroker;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.topic.TopicSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A JUnit extension that gives one test class a broker of its own, in a directory that is deleted afterwards.
 *
 * <p>Register it in a static field, so that it starts once for the class:
 *
 * <pre>
 *   &#64;RegisterExtension
 *   static final BrokerExtension BROKER = new BrokerExtension();
 * </pre>
 */
public final class BrokerExtension implements BeforeAllCallback, AfterAllCallback {
    private static final Duration USABLE_WITHIN = Duration.ofSeconds(30);
    private static final short ONE_REPLICA = 1;

    private final Map<String, String> overrides;
    private @Nullable Path directory;
    private @Nullable EmbeddedBroker broker;
    private @Nullable Admin admin;

    public BrokerExtension() {
        this(Map.of());
    }

    /** A broker with properties of its own. */
    public BrokerExtension(Map<String, String> overrides) {
        this.overrides = Map.copyOf(overrides);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        Path newDirectory = Files.createTempDirectory("sluice-testkit-");
        directory = newDirectory;
        EmbeddedBroker newBroker = EmbeddedBroker.start(new BrokerConfig(newDirectory, "127.0.0.1", 0, overrides));
        broker = newBroker;
        admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, newBroker.bootstrapServers()));
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (admin != null) {
            admin.close(Duration.ofSeconds(5));
        }
        if (broker != null) {
            broker.close();
        }
        if (directory != null) {
            Utils.delete(directory.toFile());
        }
    }

    public String bootstrapServers() {
        return started(broker).bootstrapServers();
    }

    public Admin admin() {
        return started(admin);
    }

    /** Creates every topic of the catalogue and returns when all their partitions can be written and read. */
    public void createTopics(int requestPartitions, int replyPartitions) {
        List<TopicSpec> specs = TopicCatalogue.topics(requestPartitions, replyPartitions);
        List<NewTopic> topics = specs.stream()
                .map(spec -> new NewTopic(spec.name(), spec.partitions(), ONE_REPLICA).configs(spec.config()))
                .toList();
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (TopicSpec spec : specs) {
            for (int partition = 0; partition < spec.partitions(); partition++) {
                ends.put(new TopicPartition(spec.name(), partition), OffsetSpec.latest());
            }
        }
        try {
            admin().createTopics(topics).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topics could not be created", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while topics were created", e);
        }
        // A partition reports its end offset only once its leader has opened the log.
        await("topics").atMost(USABLE_WITHIN).ignoreExceptions().until(() -> {
            admin().listOffsets(ends).all().get();
            return true;
        });
    }

    private static <T> T started(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the broker runs only while its test class does");
        }
        return part;
    }
}
