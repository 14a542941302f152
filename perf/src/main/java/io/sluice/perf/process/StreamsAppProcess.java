package io.sluice.perf.process;

import io.sluice.perf.Await;
import io.sluice.testkit.keys.TestKeys;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code sluice streams-app} in a process of its own, and how long it took to be ready. */
public final class StreamsAppProcess implements AutoCloseable {
    private static final String STARTED = "sluice streams-app: admin ";
    private static final Duration READY_WITHIN = Duration.ofMinutes(20);
    private static final double NANOS_PER_SECOND = 1e9;

    private final ServerProcess process;
    private final String adminUrl;
    private final long startNanos;
    private double readySeconds;

    private StreamsAppProcess(ServerProcess process, String adminUrl, long startNanos) {
        this.process = process;
        this.adminUrl = adminUrl;
        this.startNanos = startNanos;
    }

    /** Starts it and waits until every partition is restored and assigned. */
    public static StreamsAppProcess start(Project project, String bootstrapServers, Path directory)
            throws IOException, InterruptedException {
        return start(project, bootstrapServers, directory, List.of("--no-rules-writer"));
    }

    /** Starts a reply replica, and waits until it has the state of every partition that is assigned to it. */
    public static StreamsAppProcess startReplica(Project project, String bootstrapServers, Path directory)
            throws IOException, InterruptedException {
        String rulesKey = TestKeys.writeTo(directory.resolve("keys")).getOrDefault("SLUICE_RULES_KEY_FILE", "");
        return start(project, bootstrapServers, directory, List.of("--reply-replica", "--rules-key-file", rulesKey));
    }

    private static StreamsAppProcess start(Project project, String bootstrapServers, Path directory, List<String> role)
            throws IOException, InterruptedException {
        Map<String, String> keys = TestKeys.writeTo(directory.resolve("keys"));
        long startNanos = System.nanoTime();
        ServerProcess process = ServerProcess.start(
                "streams-app",
                project.sluice(Stream.concat(
                                Stream.of(
                                        "streams-app",
                                        "--bootstrap-servers",
                                        bootstrapServers,
                                        "--state-dir",
                                        stateDir(directory).toString(),
                                        "--rules-public-key-file",
                                        keys.getOrDefault("SLUICE_RULES_PUBLIC_KEY_FILE", ""),
                                        "--command-public-key-file",
                                        keys.getOrDefault("SLUICE_COMMAND_PUBLIC_KEY_FILE", ""),
                                        "--admin-port",
                                        "0"),
                                role.stream())
                        .toArray(String[]::new)));
        try {
            String adminUrl =
                    process.awaitLine(STARTED).substring(STARTED.length()).strip();
            StreamsAppProcess app = new StreamsAppProcess(process, adminUrl, startNanos);
            app.awaitReady();
            return app;
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.close();
            throw e;
        }
    }

    private void awaitReady() throws InterruptedException {
        Await.until("a streams app that is ready", READY_WITHIN, this::isReady);
        readySeconds = (System.nanoTime() - startNanos) / NANOS_PER_SECOND;
    }

    private boolean isReady(String probe) {
        return ServerProcess.isReady(URI.create(adminUrl + probe));
    }

    /** Whether it has the state of its partitions, and decides. */
    public boolean isReady() {
        return isReady("/readyz");
    }

    /** Whether it is ready, and its copies of the others' state are complete. */
    public boolean hasCaughtUp() {
        return isReady("/readyz?standbys");
    }

    public static Path stateDir(Path directory) {
        return directory.resolve("state");
    }

    /** From the start of the process. */
    public double readySeconds() {
        return readySeconds;
    }

    public long residentBytes() throws IOException {
        return process.residentBytes();
    }

    /** Ends it without a chance to do anything. */
    public void kill() throws InterruptedException {
        process.kill();
    }

    /** Stops it in its tracks, until it is resumed. */
    public void pause() throws IOException, InterruptedException {
        process.signal("STOP");
    }

    public void resume() throws IOException, InterruptedException {
        process.signal("CONT");
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
