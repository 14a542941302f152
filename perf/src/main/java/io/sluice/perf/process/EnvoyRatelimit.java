package io.sluice.perf.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Envoy's own rate limit service over a Redis, with the write window that its documentation recommends for much
 * traffic. It is built out of the Go registry, once.
 */
public final class EnvoyRatelimit implements AutoCloseable {
    /** The service has no newer tags; this is a commit of 2026-01-22. */
    private static final String VERSION = "v1.4.1-0.20260122083618-3fb702589d36";

    private static final String PACKAGE = "github.com/envoyproxy/ratelimit/src";
    private static final String BINARY = "service_cmd";
    private static final String SUBDIRECTORY = "ratelimit";
    private static final String WRITE_WINDOW = "150us";
    private static final long BUILD_MINUTES = 10;

    private final Path directory;
    private final RedisServer redis;
    private final ServerProcess process;
    private final int grpcPort;

    private EnvoyRatelimit(Path directory, RedisServer redis, ServerProcess process, int grpcPort) {
        this.directory = directory;
        this.redis = redis;
        this.process = process;
        this.grpcPort = grpcPort;
    }

    /** Builds it unless it is there. Says why it cannot be started; empty if it can. */
    public static Optional<String> obstacle(Project project) throws IOException, InterruptedException {
        if (RedisServer.installed().isEmpty()) {
            return Optional.of("no redis-server on the PATH (apt-get install redis-server)");
        }
        if (Files.isExecutable(binary(project))) {
            return Optional.empty();
        }
        return InstalledProgram.named("go").isEmpty() ? Optional.of("no go on the PATH") : build(project);
    }

    private static Path binary(Project project) throws IOException {
        return directory(project).resolve(BINARY);
    }

    private static Path directory(Project project) throws IOException {
        return project.cache().resolve("ratelimit-" + VERSION);
    }

    private static Optional<String> build(Project project) throws IOException, InterruptedException {
        System.err.println("bench: go install " + PACKAGE + "/" + BINARY + "@" + VERSION + " ...");
        Path log = Files.createTempFile("sluice-perf-go-", ".log");
        try {
            ProcessBuilder go = new ProcessBuilder("go", "install", PACKAGE + "/" + BINARY + "@" + VERSION)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            go.environment().put("GOBIN", directory(project).toString());
            Process build = go.start();
            if (!build.waitFor(BUILD_MINUTES, TimeUnit.MINUTES)) {
                build.destroyForcibly();
                return Optional.of("go install took more than " + BUILD_MINUTES + " minutes");
            }
            return build.exitValue() == 0
                    ? Optional.empty()
                    : Optional.of("go install failed: "
                            + Files.readString(log).lines().reduce((line, next) -> next).orElse(""));
        } finally {
            Files.deleteIfExists(log);
        }
    }

    /**
     * Starts it with a Redis of its own. It answers a moment later.
     *
     * @param limitsYaml its configuration
     */
    public static EnvoyRatelimit start(Project project, String limitsYaml) throws IOException, InterruptedException {
        Path binary = binary(project);
        RedisServer redis = RedisServer.start(RedisServer.installed().orElseThrow());
        Path directory = Files.createTempDirectory("sluice-perf-ratelimit-");
        try {
            Path limits =
                    Files.createDirectories(directory.resolve(SUBDIRECTORY).resolve("config"));
            Files.writeString(limits.resolve("limits.yaml"), limitsYaml);
            int grpcPort = LoopbackPort.free();
            ServerProcess process = ServerProcess.start(
                    SUBDIRECTORY, List.of(binary.toString()), environment(directory, redis.address(), grpcPort));
            return new EnvoyRatelimit(directory, redis, process, grpcPort);
        } catch (IOException e) {
            redis.close();
            Directories.delete(directory);
            throw e;
        }
    }

    private static Map<String, String> environment(Path directory, String redis, int grpcPort) throws IOException {
        return Map.ofEntries(
                Map.entry("HOST", LoopbackPort.HOST),
                Map.entry("PORT", Integer.toString(LoopbackPort.free())),
                Map.entry("DEBUG_HOST", LoopbackPort.HOST),
                Map.entry("DEBUG_PORT", Integer.toString(LoopbackPort.free())),
                Map.entry("GRPC_HOST", LoopbackPort.HOST),
                Map.entry("GRPC_PORT", Integer.toString(grpcPort)),
                Map.entry("REDIS_SOCKET_TYPE", "tcp"),
                Map.entry("REDIS_URL", redis),
                Map.entry("REDIS_PIPELINE_WINDOW", WRITE_WINDOW),
                Map.entry("RUNTIME_ROOT", directory.toString()),
                Map.entry("RUNTIME_SUBDIRECTORY", SUBDIRECTORY),
                Map.entry("RUNTIME_WATCH_ROOT", "false"),
                Map.entry("USE_STATSD", "false"),
                Map.entry("LOG_LEVEL", "WARN"));
    }

    public int grpcPort() {
        return grpcPort;
    }

    @Override
    public void close() throws IOException {
        try {
            process.close();
        } finally {
            redis.close();
            Directories.delete(directory);
        }
    }
}
