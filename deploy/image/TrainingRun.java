import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.sluice.broker.BrokerConfig;
import io.sluice.broker.EmbeddedBroker;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/**
 * A training run: servers under load, which leave an AOT cache at their end. Whatever starts with it starts warmer.
 *
 * <pre>
 *   TrainingRun SECONDS                 in the build of the image: both servers, with the options of the image,
 *                                       against a broker of this process
 *   TrainingRun SECONDS LAUNCHER CACHE  in a clone: sluice dev, which has a broker of its own
 * </pre>
 *
 * <p>A failure ends the build of the image. In a clone the launcher goes on without a cache.
 */
final class TrainingRun {
    private static final Path IMAGE_LAUNCHER = Path.of("/usr/local/bin/sluice");
    private static final Path IMAGE_CACHE = Path.of("/opt/sluice/sluice.aot");
    private static final String IMAGE_URL = "http://127.0.0.1:8080";
    private static final String JAVA_OPTIONS = "SLUICE_JAVA_OPTS";
    private static final Pattern DEV_READY = Pattern.compile("sluice ready: http (?<url>\\S+).*");
    private static final Duration READY_WITHIN = Duration.ofMinutes(5);
    private static final Duration PROBE_WITHIN = Duration.ofSeconds(5);
    private static final Duration STOPPED_WITHIN = Duration.ofMinutes(5);
    private static final int REQUESTS_AT_ONCE = 32;

    private static final String RULES = """
            limits:
              - id: per-client
                scope: client
                rate: {tokens: 100, per: 1s}
                burst: 200
              - id: per-account
                scope: account
                rate: {tokens: 1000, per: 1s}
                burst: 2000
            """;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final AtomicLong answered = new AtomicLong();
    private final Path launcher;
    private final Path cache;
    private final Path directory;

    private TrainingRun(Path launcher, Path cache, Path directory) {
        this.launcher = launcher;
        this.cache = cache;
        this.directory = directory;
    }

    public static void main(String[] arguments) throws Exception {
        Duration load = Duration.ofSeconds(Long.parseLong(arguments[0]));
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.ERROR);
        Path directory = Files.createTempDirectory("sluice-training-");
        if (arguments.length == 1) {
            new TrainingRun(IMAGE_LAUNCHER, IMAGE_CACHE, directory).inImage(load);
        } else {
            new TrainingRun(Path.of(arguments[1]), Path.of(arguments[2]), directory).inClone(load);
        }
        // The broker's threads do not hold the end up.
        System.exit(0);
    }

    /** What is set here is for a server of somebody's, whose collector and webhooks must not hear of a training run. */
    private static void forgetDeployment(Map<String, String> environment) {
        environment
                .keySet()
                .removeIf(name ->
                        (name.startsWith("SLUICE_") || name.startsWith("OTEL_")) && !name.equals(JAVA_OPTIONS));
    }

    private String trainingOptions() {
        return "-XX:AOTCacheOutput=" + cache + " -Xlog:aot*=error";
    }

    private void inClone(Duration load) throws Exception {
        Path rules = Files.writeString(directory.resolve("rules.yaml"), RULES);
        Path complaints = directory.resolve("complaints.txt");
        ProcessBuilder builder = new ProcessBuilder(
                        launcher.toString(),
                        "dev",
                        "--ephemeral",
                        "--rules=" + rules,
                        "--http-port=0",
                        "--admin-port=0",
                        "--kafka-port=0",
                        "--grpc-port=" + freePort())
                .redirectError(complaints.toFile());
        forgetDeployment(builder.environment());
        builder.environment().merge(JAVA_OPTIONS, trainingOptions(), (own, ours) -> own + " " + ours);
        Process server = builder.start();
        try {
            ask(readyUrl(server), load);
            stop(server);
            requireTrained(load);
        } catch (IOException | IllegalStateException e) {
            System.out.print(Files.readString(complaints));
            throw e;
        } finally {
            server.destroyForcibly();
            Files.delete(complaints);
            Files.delete(rules);
            Files.delete(directory);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The reader ends with the server, if that is never ready. */
    private static String readyUrl(Process server) throws InterruptedException {
        CompletableFuture<String> url = new CompletableFuture<>();
        Thread reader = new Thread(() -> readUrl(server, url), "training-ready");
        reader.setDaemon(true);
        reader.start();
        try {
            return url.get(READY_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("sluice dev is not ready after " + READY_WITHIN, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e);
        }
    }

    /** The rest of what it prints is a few lines, which nobody has to read for it to go on. */
    private static void readUrl(Process server, CompletableFuture<String> url) {
        BufferedReader output = server.inputReader();
        try {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                Matcher ready = DEV_READY.matcher(line);
                if (ready.matches()) {
                    url.complete(ready.group("url"));
                    return;
                }
            }
            url.completeExceptionally(new IllegalStateException("sluice dev ended before it was ready"));
        } catch (IOException e) {
            url.completeExceptionally(e);
        }
    }

    private void inImage(Duration load) throws Exception {
        BrokerConfig config = new BrokerConfig(directory.resolve("kafka"), "127.0.0.1", 0, Map.of());
        try (EmbeddedBroker broker = EmbeddedBroker.start(config)) {
            train(broker.bootstrapServers(), load);
        }
        requireTrained(load);
    }

    private void train(String brokers, Duration load) throws Exception {
        Path rules = Files.writeString(directory.resolve("rules.yaml"), RULES);
        command(brokers, "keys", "signing", "--out", directory.resolve("keys").toString());
        command(brokers, "topics", "create", "--request-partitions", "4", "--reply-partitions", "2");
        Process servers = started(
                brokers,
                Map.of(JAVA_OPTIONS, trainingOptions()),
                "train",
                "streams-app --state-dir " + directory.resolve("state"),
                "request-api --data-open --admin-open");
        try {
            command(brokers, "rules", "apply", "--reason", "training", "--within-seconds", "300", rules.toString());
            awaitReady(IMAGE_URL + "/readyz", servers);
            ask(IMAGE_URL, load);
        } finally {
            // The cache is written at the end of a process.
            stop(servers);
        }
    }

    private void requireTrained(Duration load) throws IOException {
        System.out.println("training: " + answered + " answers in " + load.toSeconds() + " s, " + cache + ": "
                + Files.size(cache) + " bytes");
        if (answered.get() == 0) {
            throw new IllegalStateException("answers: 0 (expected: some; the servers were trained by nothing)");
        }
    }

    /** Every verb of the data port, by clients that ask once and by clients that ask all the time. */
    private void ask(String url, Duration load) throws InterruptedException {
        long endNanos = System.nanoTime() + load.toNanos();
        Semaphore free = new Semaphore(REQUESTS_AT_ONCE);
        for (long i = 0; System.nanoTime() - endNanos < 0; i++) {
            free.acquire();
            post(url, i).whenComplete((status, failure) -> {
                free.release();
                if (failure == null) {
                    answered.incrementAndGet();
                }
            });
        }
        free.acquire(REQUESTS_AT_ONCE);
    }

    private CompletableFuture<Integer> post(String url, long i) {
        String hot = "acme/hot-" + i % 4;
        String cold = "account-" + i % 500 + "/client-" + i % 3000;
        return switch ((int) (i % 8)) {
            case 0, 1, 2 -> sent(url + "/v1/admissions", "{\"clientId\":\"" + hot + "\"}");
            case 3 ->
                sent(
                        url + "/v1/admissions",
                        "{\"clientId\":\"" + cold + "\",\"idempotencyKey\":\"key-" + i + "\"}");
            case 4 ->
                sent(
                        url + "/v1/reservations",
                        "{\"clientId\":\"" + cold + "\",\"reserve\":{\"ttlMillis\":1000}}");
            case 5 -> sent(url + "/v1/admissions", "{\"clientId\":\"" + cold + "\",\"maxWaitMillis\":100}");
            default -> sent(url + "/v1/admissions", "{\"clientId\":\"" + cold + "\",\"cost\":" + i % 7 + "}");
        };
    }

    private CompletableFuture<Integer> sent(String url, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(30))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(HttpResponse::statusCode);
    }

    private void awaitReady(String probe, Process servers) throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + READY_WITHIN.toNanos();
        HttpRequest request = HttpRequest.newBuilder(URI.create(probe))
                .timeout(PROBE_WITHIN)
                .build();
        String last = "no answer";
        while (System.nanoTime() - endNanos < 0) {
            if (servers.waitFor(200, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("the servers ended with " + servers.exitValue());
            }
            try {
                HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() == 200) {
                    return;
                }
                last = response.body();
            } catch (ConnectException e) {
                last = "it does not listen";
            } catch (HttpTimeoutException e) {
                last = "no answer within " + PROBE_WITHIN;
            }
        }
        throw new IllegalStateException(probe + " is not ready after " + READY_WITHIN + ": " + last);
    }

    private void command(String brokers, String... words) throws IOException, InterruptedException {
        Process process = started(brokers, Map.of(), words);
        if (!process.waitFor(READY_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(String.join(" ", words) + " did not end within " + READY_WITHIN);
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException(String.join(" ", words) + " ended with " + process.exitValue());
        }
    }

    private Process started(String brokers, Map<String, String> environment, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        forgetDeployment(builder.environment());
        builder.environment().putAll(environment);
        Path keys = directory.resolve("keys");
        builder.environment().put("SLUICE_BOOTSTRAP_SERVERS", brokers);
        builder.environment().put("SLUICE_KAFKA_REPLICATION_FACTOR", "1");
        builder.environment().put("SLUICE_RULES_KEY_FILE", keys.resolve("rules-private.pem").toString());
        builder.environment().put("SLUICE_RULES_PUBLIC_KEY_FILE", keys.resolve("rules-public.pem").toString());
        builder.environment().put("SLUICE_COMMAND_KEY_FILE", keys.resolve("command-private.pem").toString());
        builder.environment().put("SLUICE_COMMAND_PUBLIC_KEY_FILE", keys.resolve("command-public.pem").toString());
        return builder.start();
    }

    private static void stop(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOPPED_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("a server did not end within " + STOPPED_WITHIN);
        }
    }
}
