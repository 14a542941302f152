package io.sluice.perf.topology;

import io.sluice.broker.BrokerConfig;
import io.sluice.broker.BrokerStartException;
import io.sluice.broker.EmbeddedBroker;
import io.sluice.perf.process.Directories;
import io.sluice.schemas.topic.TopicCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A broker of its own with every topic, in a directory that is deleted afterwards. */
final class PerfCluster implements AutoCloseable {
    /** As in {@code sluice dev}. */
    static final int REQUEST_PARTITIONS = 4;

    static final int REPLY_PARTITIONS = 4;
    private static final short ONE_REPLICA = 1;

    private final Path directory;
    private final EmbeddedBroker broker;

    private PerfCluster(Path directory, EmbeddedBroker broker) {
        this.directory = directory;
        this.broker = broker;
    }

    /** Starts a broker with the topics of the catalogue and those of the twin, and with settings over its own. */
    static PerfCluster start(Map<String, String> settings)
            throws IOException, BrokerStartException, InterruptedException, ExecutionException {
        Path directory = Files.createTempDirectory("sluice-perf-");
        EmbeddedBroker broker =
                EmbeddedBroker.start(new BrokerConfig(directory.resolve("kafka"), "127.0.0.1", 0, settings));
        PerfCluster cluster = new PerfCluster(directory, broker);
        try {
            cluster.createTopics();
            return cluster;
        } catch (RuntimeException | InterruptedException | ExecutionException e) {
            cluster.close();
            throw e;
        }
    }

    private void createTopics() throws InterruptedException, ExecutionException {
        Stream<NewTopic> catalogue = TopicCatalogue.topics(REQUEST_PARTITIONS, REPLY_PARTITIONS).stream()
                .map(spec -> new NewTopic(spec.name(), spec.partitions(), ONE_REPLICA).configs(spec.config()));
        Map<String, Object> properties = Map.of("bootstrap.servers", bootstrapServers());
        try (Admin admin = Admin.create(properties)) {
            admin.createTopics(Stream.concat(catalogue, StatelessTopologies.topics().stream())
                            .toList())
                    .all()
                    .get();
        }
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** A new directory that goes with the cluster. */
    Path newDirectory(String name) throws IOException {
        return Files.createTempDirectory(directory, name + "-");
    }

    @Override
    public void close() {
        broker.close();
        try {
            Directories.delete(directory);
        } catch (IOException e) {
            System.err.println("bench: " + directory + " is left behind: " + e);
        }
    }
}
