package io.sluice.perf.process;

import io.sluice.testkit.keys.TestKeys;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
    private final String adminUrl;

    private FrontEndProcess(ServerProcess process, int httpPort, String adminUrl) {
        this.process = process;
        this.httpPort = httpPort;
        this.adminUrl = adminUrl;
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
                    process, URI.create(started.group("http")).getPort(), started.group("admin"));
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.close();
            throw e;
        }
    }

    public long pid() {
        return process.pid();
    }

    public long residentBytes() throws IOException {
        return process.residentBytes();
    }

    public int httpPort() {
        return httpPort;
    }

    /** The sample of its metrics with this name and these labels, as the scrape writes them. */
    public double metric(String series) throws IOException {
        try (InputStream scrape = URI.create(adminUrl + "/metrics").toURL().openStream()) {
            return new String(scrape.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(series + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(series + ": not among the front end's metrics"));
        }
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
