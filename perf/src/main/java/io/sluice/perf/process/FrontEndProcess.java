package io.sluice.perf.process;

import io.sluice.testkit.keys.TestKeys;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code sluice request-api} in a process of its own; its callers need no keys. */
public final class FrontEndProcess implements AutoCloseable {
    private static final Pattern STARTED =
            Pattern.compile("sluice request-api: http (?<http>\\S+) +admin (?<admin>\\S+)");

    private final ServerProcess process;
    private final int httpPort;

    private FrontEndProcess(ServerProcess process, int httpPort) {
        this.process = process;
        this.httpPort = httpPort;
    }

    /** Starts it and waits until it gets answers from the cluster. */
    public static FrontEndProcess start(Project project, String bootstrapServers, Path directory)
            throws IOException, InterruptedException {
        Map<String, String> keys = TestKeys.writeTo(directory.resolve("keys"));
        ServerProcess process = ServerProcess.start(
                "request-api",
                project.sluice(
                        "request-api",
                        "--bootstrap-servers",
                        bootstrapServers,
                        "--rules-public-key-file",
                        keys.getOrDefault("SLUICE_RULES_PUBLIC_KEY_FILE", ""),
                        "--command-key-file",
                        keys.getOrDefault("SLUICE_COMMAND_KEY_FILE", ""),
                        "--data-open",
                        "--admin-open",
                        "--http-port",
                        "0",
                        "--admin-port",
                        "0"));
        try {
            Matcher started = process.awaitReady("sluice request-api", STARTED);
            return new FrontEndProcess(
                    process, URI.create(started.group("http")).getPort());
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.close();
            throw e;
        }
    }

    public int httpPort() {
        return httpPort;
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
