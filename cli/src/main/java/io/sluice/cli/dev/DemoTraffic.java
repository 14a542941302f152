package io.sluice.cli.dev;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests of a few made-up accounts over HTTP, so that a dev cluster has something to show: one within its limits,
 * one that sometimes exceeds them, one that waits, and one that attacks.
 */
final class DemoTraffic implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DemoTraffic.class);

    private static final long TICK_MILLIS = 100;
    private static final double TICKS_PER_SECOND = 1_000.0 / TICK_MILLIS;
    /** Requests that have no answer yet; at this bound, the demo asks less. */
    private static final int OPEN_MAX = 64;

    private static final long SEED = 7;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final List<DemoAccount> ACCOUNTS = List.of(
            new DemoAccount("globex", List.of("web", "mobile", "reports"), 9, 0.3, 60, ""),
            new DemoAccount("acme", List.of("alice", "bob", "carol", "dave"), 2.4, 0.9, 45, ""),
            new DemoAccount("initech", List.of("nightly-job"), 1.5, 0, 60, ",\"maxWaitMillis\":5000"),
            new DemoAccount("mallory", List.of("scraper-1", "scraper-2"), 3, 1, 90, ""));

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final URI admissions;
    private final Random random = new Random(SEED);
    private final Semaphore open = new Semaphore(OPEN_MAX);
    private final AtomicBoolean hasFailed = new AtomicBoolean();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "sluice-demo");
        made.setDaemon(true);
        return made;
    });
    private long ticks;

    /**
     * One account of the demo.
     *
     * @param perSecond requests a second, on average
     * @param swing how far that goes up and down, as a share of it
     * @param waveSeconds the period of that wave
     * @param more further members of each request
     */
    private record DemoAccount(
            String name, List<String> clients, double perSecond, double swing, double waveSeconds, String more) {
        double perSecondAt(double seconds) {
            return perSecond * (1 + swing * Math.sin(2 * Math.PI * seconds / waveSeconds));
        }
    }

    private DemoTraffic(String httpUrl) {
        this.admissions = URI.create(httpUrl + "/v1/admissions");
    }

    /** Begins to send requests. */
    static DemoTraffic start(String httpUrl) {
        DemoTraffic demo = new DemoTraffic(httpUrl);
        demo.thread.scheduleAtFixedRate(demo::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
        return demo;
    }

    private void tick() {
        double seconds = ticks++ / TICKS_PER_SECOND;
        for (DemoAccount account : ACCOUNTS) {
            double due = account.perSecondAt(seconds) / TICKS_PER_SECOND;
            for (; due > random.nextDouble(); due--) {
                ask(account);
            }
        }
    }

    private void ask(DemoAccount account) {
        if (!open.tryAcquire()) {
            return;
        }
        String client = account.clients().get(random.nextInt(account.clients().size()));
        String body = "{\"clientId\":\"" + account.name() + "/" + client + "\"" + account.more() + "}";
        HttpRequest request = HttpRequest.newBuilder(admissions)
                .header("content-type", "application/json")
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                .build();
        CompletableFuture<Void> unused = http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .handle((answer, failure) -> {
                    open.release();
                    if (failure != null && !thread.isShutdown() && hasFailed.compareAndSet(false, true)) {
                        LOG.warn("a request of the demo had no answer: {}", failure.toString());
                    }
                    return null;
                });
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
