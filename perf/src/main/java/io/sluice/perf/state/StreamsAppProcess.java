package io.sluice.perf.state;

import io.sluice.perf.Await;
import io.sluice.perf.process.Project;
import io.sluice.perf.process.ServerProcess;
import io.sluice.testkit.keys.TestKeys;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** {@code sluice streams-app} in a process of its own, and how long it took to be ready. */
final class StreamsAppProcess implements AutoCloseable {
    private static final String STARTED = "sluice streams-app: admin ";
    private static final Duration READY_WITHIN = Duration.ofMinutes(20);
    private static final double NANOS_PER_SECOND = 1e9;

    private final ServerProcess process;
    private final double readySeconds;

    private StreamsAppProcess(ServerProcess process, double readySeconds) {
        this.process = process;
        this.readySeconds = readySeconds;
    }

    /** Starts it and waits until every partition is restored and assigned. */
    static StreamsAppProcess start(Project project, String bootstrapServers, Path directory)
            throws IOException, InterruptedException {
        Map<String, String> keys = TestKeys.writeTo(directory.resolve("keys"));
        long startNanos = System.nanoTime();
        ServerProcess process = ServerProcess.start(
                "streams-app",
                project.sluice(
                        "streams-app",
                        "--bootstrap-servers",
                        bootstrapServers,
                        "--state-dir",
                        stateDir(directory).toString(),
                        "--rules-public-key-file",
                        keys.getOrDefault("SLUICE_RULES_PUBLIC_KEY_FILE", ""),
                        "--command-public-key-file",
                        keys.getOrDefault("SLUICE_COMMAND_PUBLIC_KEY_FILE", ""),
                        "--no-rules-writer",
                        "--admin-port",
                        "0"));
        try {
            URI probe = URI.create(
                    process.awaitLine(STARTED).substring(STARTED.length()).strip() + "/readyz");
            Await.until("a streams app that is ready", READY_WITHIN, () -> ServerProcess.isReady(probe));
            return new StreamsAppProcess(process, (System.nanoTime() - startNanos) / NANOS_PER_SECOND);
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.close();
            throw e;
        }
    }

    static Path stateDir(Path directory) {
        return directory.resolve("state");
    }

    /** From the start of the process. */
    double readySeconds() {
        return readySeconds;
    }

    long residentBytes() throws IOException {
        return process.residentBytes();
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
