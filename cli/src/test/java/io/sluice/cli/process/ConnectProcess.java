package io.sluice.cli.process;

import io.sluice.cli.chaos.FreePorts;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Kafka's own standalone worker for connectors, with the worker file of the examples on other ports and paths. */
final class ConnectProcess implements AutoCloseable {
    private static final Path EXAMPLE =
            Path.of("../examples/analysts").toAbsolutePath().normalize();
    /** Maven puts there what {@code examples/analysts/connect/pom.xml} names. */
    private static final Path BUILT = EXAMPLE.resolve("connect/target");

    private static final Path LOGGING =
            Path.of("src/test/resources/connect-logback.xml").toAbsolutePath();
    private static final Duration UP_WITHIN = Duration.ofMinutes(3);
    private static final long STOPS_WITHIN_SECONDS = 30;

    private final Process process;
    private final Path log;
    private final String url;

    private ConnectProcess(Process process, Path log, String url) {
        this.process = process;
        this.log = log;
        this.url = url;
    }

    /** Starts one that has no connector yet, until it answers. */
    static ConnectProcess start(String bootstrapServers, Path directory) throws IOException {
        String url = "http://127.0.0.1:" + new FreePorts().next();
        Properties config = new Properties();
        try (Reader example = Files.newBufferedReader(EXAMPLE.resolve("connect-worker.properties"))) {
            config.load(example);
        }
        config.setProperty("bootstrap.servers", bootstrapServers);
        config.setProperty("listeners", url);
        config.setProperty("plugin.path", BUILT.resolve("plugins").toString());
        config.setProperty(
                "offset.storage.file.filename", directory.resolve("offsets").toString());
        Path file = directory.resolve("worker.properties");
        try (Writer worker = Files.newBufferedWriter(file)) {
            config.store(worker, null);
        }
        Path log = directory.resolve("connect.log");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:TieredStopAtLevel=1",
                        "-Dlogback.configurationFile=" + LOGGING,
                        "-cp",
                        BUILT.resolve("lib") + "/*",
                        "org.apache.kafka.connect.cli.ConnectStandalone",
                        file.toString()))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        ConnectProcess connect = new ConnectProcess(process, log, url);
        HttpCaller caller = new HttpCaller();
        try {
            Awaitility.await()
                    .atMost(UP_WITHIN)
                    .failFast(() -> {
                        if (!process.isAlive()) {
                            throw new AssertionError("it ended: " + connect.log());
                        }
                    })
                    .ignoreExceptions()
                    .until(() -> caller.get(url + "/connectors").status() == 200);
        } catch (RuntimeException | Error e) {
            process.destroyForcibly();
            throw e;
        }
        return connect;
    }

    String url() {
        return url;
    }

    /** What it has printed so far. */
    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOPS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
