package io.sluice.perf.kafka;

import io.sluice.broker.BrokerConfig;
import io.sluice.broker.BrokerStartException;
import io.sluice.broker.EmbeddedBroker;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.control.ControlKey;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.TopicWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A broker of its own with every topic, in a directory that is deleted afterwards. */
public final class PerfCluster implements AutoCloseable {
    /** As in {@code sluice dev}. */
    public static final int REQUEST_PARTITIONS = 4;

    public static final int REPLY_PARTITIONS = 4;
    private static final short ONE_REPLICA = 1;

    private final Path directory;
    private final EmbeddedBroker broker;

    private PerfCluster(Path directory, EmbeddedBroker broker) {
        this.directory = directory;
        this.broker = broker;
    }

    /**
     * Starts a broker.
     *
     * @param moreTopics topics beside those of the catalogue
     */
    public static PerfCluster start(List<NewTopic> moreTopics)
            throws IOException, BrokerStartException, InterruptedException, ExecutionException {
        Path directory = Files.createTempDirectory("sluice-perf-");
        EmbeddedBroker broker =
                EmbeddedBroker.start(new BrokerConfig(directory.resolve("kafka"), "127.0.0.1", 0, Map.of()));
        PerfCluster cluster = new PerfCluster(directory, broker);
        try {
            cluster.createTopics(moreTopics);
            return cluster;
        } catch (RuntimeException | InterruptedException | ExecutionException e) {
            cluster.close();
            throw e;
        }
    }

    private void createTopics(List<NewTopic> moreTopics) throws InterruptedException, ExecutionException {
        Stream<NewTopic> catalogue = TopicCatalogue.topics(REQUEST_PARTITIONS, REPLY_PARTITIONS).stream()
                .map(spec -> new NewTopic(spec.name(), spec.partitions(), ONE_REPLICA).configs(spec.config()));
        Map<String, Object> properties = Map.of("bootstrap.servers", bootstrapServers());
        try (Admin admin = Admin.create(properties)) {
            admin.createTopics(Stream.concat(catalogue, moreTopics.stream()).toList())
                    .all()
                    .get();
        }
    }

    /**
     * Puts a ruleset into every request partition. Apps trust one key each, so two rulesets under two keys stand in the
     * same log, and each app is ruled by its own.
     *
     * @param revision larger than that of the ruleset before
     * @param rulesJson the ruleset document
     */
    public void activate(ControlKey key, long revision, String rulesJson) {
        String payload = ActivationCodec.encode(new RulesetActivation(revision, rulesJson, "perf", "benchmark"));
        try (TopicWriter writer = new TopicWriter(bootstrapServers())) {
            writer.broadcast(key.sign(payload), REQUEST_PARTITIONS);
        }
    }

    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** A new directory that goes with the cluster. */
    public Path newDirectory(String name) throws IOException {
        return Files.createTempDirectory(directory, name + "-");
    }

    @Override
    public void close() {
        broker.close();
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(entry);
            }
        } catch (IOException e) {
            System.err.println("bench: " + directory + " is left behind: " + e);
        }
    }
}
