import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.sluice.broker.BrokerConfig;
import io.sluice.broker.EmbeddedBroker;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;

/**
 * The training run of the image: both servers, with the options of the image, under load against a broker of this
 * process.
 *
 * <p>They leave an AOT cache, with which each of them starts warmer. The build runs this file; a failure ends it.
 */
final class TrainingRun {
    private static final String SLUICE = "/usr/local/bin/sluice";
    private static final Path CACHE = Path.of("/opt/sluice/sluice.aot");
    private static final String URL = "http://127.0.0.1:8080";
    private static final Duration READY_WITHIN = Duration.ofMinutes(5);
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
    private final Path directory;
    private final String brokers;

    private TrainingRun(Path directory, String brokers) {
        this.directory = directory;
        this.brokers = brokers;
    }

    public static void main(String[] arguments) throws Exception {
        long seconds = Long.parseLong(arguments[0]);
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.ERROR);
        Path directory = Files.createTempDirectory("training");
        BrokerConfig config = new BrokerConfig(directory.resolve("kafka"), "127.0.0.1", 0, Map.of());
        try (EmbeddedBroker broker = EmbeddedBroker.start(config)) {
            new TrainingRun(directory, broker.bootstrapServers()).run(Duration.ofSeconds(seconds));
        }
        // The broker's threads do not hold the end up.
        System.exit(0);
    }

    private void run(Duration load) throws Exception {
        Path rules = Files.writeString(directory.resolve("rules.yaml"), RULES);
        command("keys", "signing", "--out", directory.resolve("keys").toString());
        command("topics", "create", "--request-partitions", "4", "--reply-partitions", "2");
        Process servers = started(
                Map.of("SLUICE_JAVA_OPTS", "-XX:AOTCacheOutput=" + CACHE + " -Xlog:aot*=error"),
                "train",
                "streams-app --state-dir " + directory.resolve("state"),
                "request-api --data-open --admin-open");
        try {
            command("rules", "apply", "--reason", "training", "--within-seconds", "300", rules.toString());
            awaitReady(URL + "/readyz", servers);
            ask(load);
            System.out.println("training: " + answered + " answers in " + load.toSeconds() + " s");
        } finally {
            // The cache is written at the end of a process.
            stop(servers);
        }
        System.out.println("training: " + CACHE + ": " + Files.size(CACHE) + " bytes");
        if (answered.get() == 0) {
            throw new IllegalStateException("answers: 0 (expected: some; the servers were trained by nothing)");
        }
    }

    /** Every verb of the data port, by clients that ask once and by clients that ask all the time. */
    private void ask(Duration load) throws InterruptedException {
        long endNanos = System.nanoTime() + load.toNanos();
        Semaphore free = new Semaphore(REQUESTS_AT_ONCE);
        for (long i = 0; System.nanoTime() - endNanos < 0; i++) {
            free.acquire();
            post(i).whenComplete((status, failure) -> {
                free.release();
                if (failure == null) {
                    answered.incrementAndGet();
                }
            });
        }
        free.acquire(REQUESTS_AT_ONCE);
    }

    private CompletableFuture<Integer> post(long i) {
        String hot = "acme/hot-" + i % 4;
        String cold = "account-" + i % 500 + "/client-" + i % 3000;
        return switch ((int) (i % 8)) {
            case 0, 1, 2 -> sent("/v1/admissions", "{\"clientId\":\"" + hot + "\"}");
            case 3 -> sent("/v1/admissions", "{\"clientId\":\"" + cold + "\",\"idempotencyKey\":\"key-" + i + "\"}");
            case 4 -> sent("/v1/reservations", "{\"clientId\":\"" + cold + "\",\"reserve\":{\"ttlMillis\":1000}}");
            case 5 -> sent("/v1/admissions", "{\"clientId\":\"" + cold + "\",\"maxWaitMillis\":100}");
            default -> sent("/v1/admissions", "{\"clientId\":\"" + cold + "\",\"cost\":" + i % 7 + "}");
        };
    }

    private CompletableFuture<Integer> sent(String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(URL + path))
                .timeout(Duration.ofSeconds(30))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(HttpResponse::statusCode);
    }

    private void awaitReady(String probe, Process servers) throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + READY_WITHIN.toNanos();
        HttpRequest request = HttpRequest.newBuilder(URI.create(probe)).build();
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
            }
        }
        throw new IllegalStateException(probe + " is not ready after " + READY_WITHIN + ": " + last);
    }

    private void command(String... words) throws IOException, InterruptedException {
        Process process = started(Map.of(), words);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", words) + " ended with " + process.exitValue());
        }
    }

    private Process started(Map<String, String> environment, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(SLUICE));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
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
