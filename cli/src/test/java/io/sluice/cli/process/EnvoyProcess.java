package io.sluice.cli.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real Envoy as a process, with the configuration of {@code examples/gateways/envoy} and other ports. */
final class EnvoyProcess implements AutoCloseable {
    static final Path EXAMPLE =
            Path.of("../examples/gateways/envoy").toAbsolutePath().normalize();
    private static final Duration LISTENS_WITHIN = Duration.ofMinutes(3);
    private static final long STOPS_WITHIN_SECONDS = 10;

    /** Where its three listeners are, and the others that it speaks to. */
    record Ports(int open, int closed, int authorized, int sluice, int app) {}

    private final Ports ports;
    private final Process process;
    private final Path output;

    private EnvoyProcess(Ports ports, Process process, Path output) {
        this.ports = ports;
        this.process = process;
        this.output = output;
    }

    static boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, "envoy")));
    }

    /** Starts it, until it listens. */
    static EnvoyProcess start(Ports ports, Path directory) throws IOException {
        String config = Files.readString(EXAMPLE.resolve("envoy.yaml"));
        for (int[] port : new int[][] {
            {10_000, ports.open()},
            {10_001, ports.closed()},
            {10_002, ports.authorized()},
            {8_083, ports.sluice()},
            {9_000, ports.app()}
        }) {
            config = config.replace("port_value: " + port[0] + "}", "port_value: " + port[1] + "}");
        }
        // A machine that others use, too, may take longer, and without a verdict the first listener lets through.
        config = config.replace("timeout: 0.25s", "timeout: 30s");
        Path file = Files.writeString(directory.resolve("envoy.yaml"), config);
        Path output = directory.resolve("envoy.log");
        Process process = new ProcessBuilder(
                        List.of("envoy", "-c", file.toString(), "--concurrency", "1", "--disable-hot-restart"))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        EnvoyProcess envoy = new EnvoyProcess(ports, process, output);
        Awaitility.await()
                .atMost(LISTENS_WITHIN)
                .failFast(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("it ended: " + Files.readString(envoy.output));
                    }
                })
                .until(() -> listens(ports.open()) && listens(ports.closed()) && listens(ports.authorized()));
        return envoy;
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Requests pass when Sluice does not answer. */
    String openUrl() {
        return "http://127.0.0.1:" + ports.open();
    }

    /** Requests are refused when Sluice does not answer. */
    String closedUrl() {
        return "http://127.0.0.1:" + ports.closed();
    }

    /** Requests are authorized one by one. */
    String authorizedUrl() {
        return "http://127.0.0.1:" + ports.authorized();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOPS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
