package io.sluice.cli.process;

import io.sluice.broker.BrokerConfig;
import io.sluice.broker.EmbeddedBroker;
import io.sluice.schemas.topic.TopicCatalogue;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.awaitility.Awaitility;

/**
 * A broker that is a process of its own, so that it can be killed, and that comes back on the same port and directory.
 */
final class BrokerProcess implements AutoCloseable {
    private static final Duration UP_WITHIN = Duration.ofMinutes(3);

    private final Path directory;
    private final int port;
    private Process process;

    private BrokerProcess(Path directory, int port) throws IOException {
        this.directory = directory;
        this.port = port;
        this.process = started();
    }

    static BrokerProcess start(Path directory) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        BrokerProcess broker = new BrokerProcess(directory, port);
        broker.awaitUp();
        return broker;
    }

    /** What the process runs: a data directory, and the port for clients. */
    public static void main(String[] arguments) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(
                new BrokerConfig(Path.of(arguments[0]), "127.0.0.1", Integer.parseInt(arguments[1]), Map.of()))) {
            System.out.println(broker.bootstrapServers());
            Thread.currentThread().join();
        }
    }

    private Process started() throws IOException {
        String classPath = String.join(File.pathSeparator, "target/test-classes", "target/classes", "target/lib/*");
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath,
                        BrokerProcess.class.getName(),
                        directory.toString(),
                        Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private void awaitUp() {
        Awaitility.await().atMost(UP_WITHIN).ignoreExceptions().until(() -> {
            try (Admin admin = admin()) {
                return !admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).isEmpty();
            }
        });
    }

    Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
    }

    String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    void createTopics(int requestPartitions, int replyPartitions) throws Exception {
        List<NewTopic> topics = TopicCatalogue.topics(requestPartitions, replyPartitions).stream()
                .map(spec -> new NewTopic(spec.name(), spec.partitions(), (short) 1).configs(spec.config()))
                .toList();
        try (Admin admin = admin()) {
            admin.createTopics(topics).all().get();
        }
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Starts it again where it was, and waits until it answers. */
    void restart() throws IOException {
        process = started();
        awaitUp();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
