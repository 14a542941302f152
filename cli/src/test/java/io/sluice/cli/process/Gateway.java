package io.sluice.cli.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real gateway as a process, with its configuration of {@code examples/gateways} and other ports. */
final class Gateway implements AutoCloseable {
    static final Path EXAMPLES =
            Path.of("../examples/gateways").toAbsolutePath().normalize();
    private static final Duration LISTENS_WITHIN = Duration.ofMinutes(3);
    private static final long STOPS_WITHIN_SECONDS = 10;

    /** One that a test can start. */
    enum Kind {
        NGINX("nginx.conf", Map.of("set $sluice_fail_open 0;", "set $sluice_fail_open 1;")),
        CADDY(
                "Caddyfile",
                Map.of(
                        "@allowed status 2xx",
                        "@allowed status 2xx 503",
                        "respond \"Sluice does not answer\" 503",
                        "reverse_proxy 127.0.0.1:9000")),
        HAPROXY(
                "haproxy.cfg",
                Map.of("set-var(txn.sluice_fail_open) bool(false)", "set-var(txn.sluice_fail_open) bool(true)"));

        private final String file;
        private final Map<String, String> failOpen;

        Kind(String file, Map<String, String> failOpen) {
            this.file = file;
            this.failOpen = failOpen;
        }

        String program() {
            return name().toLowerCase(Locale.ROOT);
        }

        boolean isInstalled() {
            return !path().isEmpty();
        }

        /** Where the program is; empty for nowhere. Servers may be where only root looks. */
        private String path() {
            String places = System.getenv("PATH") + ":/usr/sbin:/usr/local/sbin";
            return Stream.of(places.split(":"))
                    .map(place -> Path.of(place, program()))
                    .filter(Files::isExecutable)
                    .map(Path::toString)
                    .findFirst()
                    .orElse("");
        }

        private List<String> command(Path directory) {
            String config = directory.resolve(file).toString();
            return switch (this) {
                case NGINX ->
                    List.of(
                            path(),
                            "-e",
                            "stderr",
                            "-p",
                            directory.toString(),
                            "-c",
                            config,
                            "-g",
                            "daemon off; pid nginx.pid; error_log stderr;");
                case CADDY -> List.of(path(), "run", "--config", config, "--adapter", "caddyfile");
                case HAPROXY -> List.of(path(), "-db", "-f", config);
            };
        }
    }

    /** Where the others are that it speaks to, and it itself. */
    record Ports(int own, int sluice, int app) {}

    private final Kind kind;
    private final int port;
    private final Path output;
    private final Process process;

    private Gateway(Kind kind, int port, Path output, Process process) {
        this.kind = kind;
        this.port = port;
        this.output = output;
        this.process = process;
    }

    /** Starts one, which listens then. */
    static Gateway start(Kind kind, boolean failsOpen, Ports ports, Path directory) throws IOException {
        Path folder = EXAMPLES.resolve(kind.program());
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.writeString(
                        directory.resolve(file.getFileName()),
                        configuration(kind, Files.readString(file), failsOpen, ports));
            }
        }
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(kind.command(directory))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        // Caddy keeps its last configuration at home.
        builder.environment().put("XDG_CONFIG_HOME", directory.toString());
        builder.environment().put("XDG_DATA_HOME", directory.toString());
        Gateway gateway = new Gateway(kind, ports.own(), output, builder.start());
        Awaitility.await()
                .atMost(LISTENS_WITHIN)
                .failFast(() -> {
                    if (!gateway.process.isAlive()) {
                        throw new AssertionError("it ended: " + gateway.printed());
                    }
                })
                .until(gateway::listens);
        return gateway;
    }

    private static String configuration(Kind kind, String text, boolean failsOpen, Ports ports) {
        String changed = text;
        if (failsOpen) {
            for (Map.Entry<String, String> line : kind.failOpen.entrySet()) {
                changed = changed.replace(line.getKey(), line.getValue());
            }
        }
        String ported = changed.replace("127.0.0.1:8080", "127.0.0.1:" + ports.sluice())
                .replace("127.0.0.1:9000", "127.0.0.1:" + ports.app())
                .replace("127.0.0.1:8000", "127.0.0.1:" + ports.own())
                .replace("abns@sluice", "abns@sluice-" + ports.own());
        // Where somebody who is not root may write.
        return kind != Kind.NGINX
                ? ported
                : ported.replace(
                        "http {\n",
                        "http {\n  access_log off;\n" + temporary("client_body", "proxy", "fastcgi", "uwsgi", "scgi"));
    }

    private static String temporary(String... names) {
        return Stream.of(names)
                .map(name -> "  " + name + "_temp_path " + name + ";\n")
                .reduce("", String::concat);
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** What it printed so far. */
    String printed() throws IOException {
        return Files.exists(output) ? Files.readString(output) : "";
    }

    @Override
    public String toString() {
        return kind.program();
    }

    /** SIGTERM, which ends its workers, too. */
    @Override
    public void close() throws IOException {
        List<ProcessHandle> workers = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(STOPS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                workers.forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
