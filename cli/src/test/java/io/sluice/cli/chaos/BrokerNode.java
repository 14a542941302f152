package io.sluice.cli.chaos;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** One of three brokers, controller and broker in one, run by Kafka's own entry points. */
final class BrokerNode implements Victim, AutoCloseable {
    private static final Duration STOP_WITHIN = Duration.ofMinutes(3);

    private final int id;
    private final Path directory;
    private Map<String, String> environment = Map.of();
    private Process process;

    private BrokerNode(int id, Path directory) {
        this.id = id;
        this.directory = directory;
    }

    /** Writes its settings and formats its directory. */
    static BrokerNode formatted(int id, Path directory, String clusterId, Properties properties)
            throws IOException, InterruptedException {
        BrokerNode node = new BrokerNode(id, directory);
        Files.createDirectories(directory);
        properties.put("log.dirs", directory.resolve("log").toString());
        try (var out = Files.newBufferedWriter(node.settings(), StandardCharsets.UTF_8)) {
            properties.store(out, null);
        }
        Process format = node.java(
                "kafka.tools.StorageTool",
                List.of("format", "-t", clusterId, "-c", node.settings().toString()));
        if (format.waitFor() != 0) {
            throw new IOException(node.name() + " cannot be formatted: see " + node.output());
        }
        return node;
    }

    private Path settings() {
        return directory.resolve("server.properties");
    }

    private Path output() {
        return directory.resolve("output.txt");
    }

    int id() {
        return id;
    }

    @Override
    public String name() {
        return "broker-" + id;
    }

    @Override
    public void start() throws IOException {
        if (process == null || !process.isAlive()) {
            process = java("kafka.Kafka", List.of(settings().toString()));
        }
    }

    /** What its next start finds in its environment, such as another clock. */
    void environment(Map<String, String> added) {
        environment = Map.copyOf(added);
    }

    private Process java(String mainClass, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=target/test-classes/logback-test.xml",
                "-cp",
                String.join(File.pathSeparator, "target/classes", "target/lib/*"),
                mainClass));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()));
        builder.environment().putAll(new HashMap<>(environment));
        return builder.start();
    }

    @Override
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
        }
    }

    @Override
    public void pause() throws IOException, InterruptedException {
        Signals.stop(process.pid());
    }

    @Override
    public void resume() throws IOException, InterruptedException {
        Signals.go(process.pid());
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
