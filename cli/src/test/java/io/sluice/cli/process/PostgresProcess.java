package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.chaos.FreePorts;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real PostgreSQL for one test: on loopback, in a directory of its own, and never as root, which it refuses. */
final class PostgresProcess implements AutoCloseable {
    static final String USER = "sluice";
    static final String PASSWORD = "not-a-secret";
    static final String DATABASE = "analysts";

    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
    private static final Duration UP_WITHIN = Duration.ofMinutes(3);
    private static final long STOPS_WITHIN_SECONDS = 30;
    private static final String UNPRIVILEGED = "nobody";

    private final Path directory;
    private final int port;
    private final Process process;

    private PostgresProcess(Path directory, int port, Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    /** Both the server and what asks it, of the Debian package {@code postgresql}. */
    static boolean isInstalled() {
        return programs().isPresent()
                && Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(place -> Files.isExecutable(Path.of(place, "psql")));
    }

    private static Optional<Path> programs() {
        try (Stream<Path> versions = Files.list(VERSIONS)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(programs -> Files.isExecutable(programs.resolve("initdb")))
                    .max(Comparator.naturalOrder());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Starts one with an empty database. */
    static PostgresProcess start() throws IOException, InterruptedException {
        Path programs = programs().orElseThrow();
        // Not below a directory of JUnit's, which only its owner may enter.
        Path directory = Files.createTempDirectory("sluice-postgres-");
        Path password = Files.writeString(directory.resolve("password"), PASSWORD);
        Path data = directory.resolve("data");
        if (isRoot()) {
            run("chown", "-R", UNPRIVILEGED, directory.toString());
        }
        run(unprivileged(
                programs.resolve("initdb").toString(),
                "--pgdata=" + data,
                "--username=" + USER,
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync"));
        int port = new FreePorts().next();
        Process process = new ProcessBuilder(unprivileged(
                        programs.resolve("postgres").toString(),
                        "-D",
                        data.toString(),
                        "-p",
                        Integer.toString(port),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "fsync=off"))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("postgres.log").toFile())
                .start();
        PostgresProcess postgres = new PostgresProcess(directory, port, process);
        try {
            Awaitility.await()
                    .atMost(UP_WITHIN)
                    .failFast(() -> {
                        if (!process.isAlive()) {
                            throw new AssertionError("it ended: " + postgres.log());
                        }
                    })
                    .until(() -> postgres.psql("postgres", "SELECT 1").exitCode() == 0);
            postgres.psql("postgres", "CREATE DATABASE " + DATABASE).ok();
        } catch (RuntimeException | Error e) {
            process.destroyForcibly();
            throw e;
        }
        return postgres;
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static String[] unprivileged(String... command) {
        List<String> all = new ArrayList<>();
        if (isRoot()) {
            all.addAll(List.of("setpriv", "--reuid=" + UNPRIVILEGED, "--regid=nogroup", "--clear-groups"));
        }
        all.addAll(List.of(command));
        return all.toArray(String[]::new);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        // Somebody without privileges may not enter where the test is.
        Process process = new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
    }

    /** By these, psql finds the database and is let in. */
    Map<String, String> environment() {
        return Map.of("PGPORT", Integer.toString(port), "PGPASSWORD", PASSWORD);
    }

    /** What a statement printed. */
    record Answer(int exitCode, String output) {
        String ok() {
            assertThat(exitCode).as(output).isZero();
            return output;
        }
    }

    /** What the statement gives, without headings. */
    String query(String sql) throws IOException, InterruptedException {
        return psql(DATABASE, sql).ok().strip();
    }

    private Answer psql(String database, String sql) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        "psql",
                        "-h",
                        "127.0.0.1",
                        "-U",
                        USER,
                        "-d",
                        database,
                        "-XAtq",
                        "-v",
                        "ON_ERROR_STOP=1",
                        "-c",
                        sql)
                .redirectErrorStream(true);
        builder.environment().putAll(environment());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(process.waitFor(), output);
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("postgres.log"));
    }

    /** SIGINT: it ends what others still do, and itself. */
    @Override
    public void close() throws IOException, InterruptedException {
        run("kill", "-INT", Long.toString(process.pid()));
        if (!process.waitFor(STOPS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
