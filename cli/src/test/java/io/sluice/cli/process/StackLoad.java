package io.sluice.cli.process;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Callers that ask at a fixed rate, whatever the answers do, and repeat a request under its idempotency key until it
 * has a verdict. Some clients ask far more than their limit lets through, most ask now and then.
 */
final class StackLoad implements AutoCloseable {
    private static final int ALLOWED = 200;
    private static final int DENIED = 429;
    private static final long REPEAT_AFTER_MILLIS = 200;
    private static final long REPEAT_AFTER_MILLIS_MAX = 3_200;
    private static final long DEADLINE_MILLIS = 10_000;
    private static final Duration ANSWER_WITHIN = Duration.ofMinutes(3);
    private static final int GREEDY_CLIENTS = 4;
    private static final int ACCOUNTS = 40;
    private static final int CLIENTS = 200;

    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;
    private final String run;
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong allowed = new AtomicLong();
    private final AtomicLong denied = new AtomicLong();
    private final AtomicLong repeated = new AtomicLong();
    private final AtomicLong slowestMillis = new AtomicLong();
    private final Map<String, AtomicLong> allowedByClient = new ConcurrentHashMap<>();
    private final long startedNanos = System.nanoTime();

    /**
     * What happened since the last look.
     *
     * @param slowestMillis from the first try of a request to its verdict
     */
    record Figures(long answered, long allowed, long denied, long repeated, long slowestMillis) {}

    StackLoad(String url, String run) {
        this.url = url;
        this.run = run;
    }

    void start(int requestsPerSecond) {
        ticks.scheduleAtFixedRate(this::ask, 0, 1_000_000 / requestsPerSecond, TimeUnit.MICROSECONDS);
    }

    private void ask() {
        long number = asked.getAndIncrement();
        String client = number % 4 == 0
                ? run + "-greedy/client-" + number / 4 % GREEDY_CLIENTS
                : run + "-" + number % ACCOUNTS + "/client-" + number % CLIENTS;
        String body = "{\"clientId\":\"" + client + "\",\"idempotencyKey\":\"" + run + "-" + number
                + "\",\"deadlineMillis\":" + DEADLINE_MILLIS + "}";
        send(client, body, System.nanoTime(), REPEAT_AFTER_MILLIS);
    }

    /** Asks, and asks again after twice the time of before. */
    private void send(String client, String body, long firstNanos, long repeatAfterMillis) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v1/admissions"))
                .header("content-type", "application/json")
                .timeout(ANSWER_WITHIN)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        CompletableFuture<Integer> status =
                http.sendAsync(request, HttpResponse.BodyHandlers.discarding()).thenApply(HttpResponse::statusCode);
        status.whenComplete((code, failure) -> {
            if (failure == null && (code == ALLOWED || code == DENIED)) {
                answered(client, code, firstNanos);
            } else {
                repeated.incrementAndGet();
                long nextMillis = Math.min(2 * repeatAfterMillis, REPEAT_AFTER_MILLIS_MAX);
                CompletableFuture.delayedExecutor(repeatAfterMillis, TimeUnit.MILLISECONDS)
                        .execute(() -> send(client, body, firstNanos, nextMillis));
            }
        });
    }

    private void answered(String client, int code, long firstNanos) {
        if (code == ALLOWED) {
            allowedByClient.computeIfAbsent(client, absent -> new AtomicLong()).incrementAndGet();
        }
        slowestMillis.accumulateAndGet(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - firstNanos), Math::max);
        (code == ALLOWED ? allowed : denied).incrementAndGet();
    }

    long answered() {
        return allowed.get() + denied.get();
    }

    /** Requests without a verdict, so far. */
    long waiting() {
        return asked.get() - answered();
    }

    /** Stops asking; those that wait for a verdict still repeat. */
    void stop() throws InterruptedException {
        ticks.shutdown();
        if (!ticks.awaitTermination(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the load does not stop");
        }
    }

    /** The figures, of which the slowest answer begins anew. */
    Figures figures() {
        return new Figures(answered(), allowed.get(), denied.get(), repeated.get(), slowestMillis.getAndSet(0));
    }

    /** What clients got beyond a burst at once and a token each so many milliseconds, over the whole run. */
    long overAdmitted(long burst, long millisPerToken) {
        long elapsedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
        long most = burst + elapsedMillis / millisPerToken + 1;
        return allowedByClient.values().stream()
                .mapToLong(count -> Math.max(0, count.get() - most))
                .sum();
    }

    @Override
    public void close() {
        ticks.shutdownNow();
    }
}
