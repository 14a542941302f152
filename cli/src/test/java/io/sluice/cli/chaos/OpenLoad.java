package io.sluice.cli.chaos;

import io.sluice.schemas.topic.AccountPartitioner;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Callers who do not wait for each other: so many requests a second, whatever becomes of them. They ask the front ends
 * in turn, those that are in rotation. Whoever has an idempotency key and gets no verdict asks once more.
 */
final class OpenLoad implements AutoCloseable {
    /** In every body: how long a front end may take. */
    static final long DEADLINE_MILLIS = 5_000;
    /** How much later an answer may arrive at a caller. Generous: what is late is measured, what is lost fails. */
    static final long MARGIN_MILLIS = 25_000;
    /** A client that is asked for often enough for leases. */
    static final String HOT = "acct-0/hot";

    private static final int ACCOUNTS = 24;
    private static final int CLIENTS = 400;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final Pattern DECISION_ID = Pattern.compile("\"decisionId\":\"([0-9]+-[0-9]+)\"");
    private static final Pattern VERDICT = Pattern.compile("\"verdict\":\"allow\"");
    private static final String LOCAL = "\"recordedIn\":\"lease-report\"";

    private final List<String> urls;
    private final Random random;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofMillis(DEADLINE_MILLIS))
            .build();
    private final List<SeenCall> calls = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Set<Integer> outOfRotation = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private final long pauseNanos;
    private volatile boolean asking;
    private volatile boolean closing;
    private int turn;
    private long number;

    OpenLoad(List<String> urls, int requestsPerSecond, Random random) {
        this.urls = urls;
        this.random = random;
        this.pauseNanos = NANOS_PER_SECOND / requestsPerSecond;
        this.thread = new Thread(this::run, "load");
        thread.setDaemon(true);
        thread.start();
    }

    /** One request of a caller. */
    private record Ask(String path, String clientId, String fields, boolean keyed, boolean repeated) {
        String body() {
            return "{\"clientId\":\"" + clientId + "\",\"deadlineMillis\":" + DEADLINE_MILLIS + fields + "}";
        }

        Ask again() {
            return new Ask(path, clientId, fields, keyed, true);
        }
    }

    void resume() {
        asking = true;
        LockSupport.unpark(thread);
    }

    /** Stops asking, and waits until nobody waits any more. */
    void pause() {
        asking = false;
        Waits.until(
                "every caller has an answer, or gave up",
                2 * TimeUnit.MILLISECONDS.toSeconds(DEADLINE_MILLIS + MARGIN_MILLIS) + 20,
                () -> inFlight.get() == 0);
    }

    /** As a load balancer does before a planned stop. */
    void takeOut(int frontEnd) {
        outOfRotation.add(frontEnd);
    }

    void putBack(int frontEnd) {
        outOfRotation.remove(frontEnd);
    }

    /** What callers have seen since the last call of this method. */
    List<SeenCall> drain() {
        synchronized (calls) {
            List<SeenCall> drained = List.copyOf(calls);
            calls.clear();
            return drained;
        }
    }

    private void run() {
        long due = System.nanoTime();
        while (!closing) {
            if (!asking) {
                LockSupport.park(this);
                due = System.nanoTime();
                continue;
            }
            long early = due - System.nanoTime();
            if (early > 0) {
                LockSupport.parkNanos(early);
                continue;
            }
            due += pauseNanos;
            send(next(), frontEnd());
        }
    }

    private int frontEnd() {
        for (int tried = 0; tried < urls.size(); tried++) {
            turn = (turn + 1) % urls.size();
            if (!outOfRotation.contains(turn)) {
                return turn;
            }
        }
        return turn;
    }

    /** Where a caller turns who got no verdict: another one in rotation, or the same one again. */
    private int otherThan(int frontEnd) {
        int other = (frontEnd + 1) % urls.size();
        return outOfRotation.contains(other) ? frontEnd : other;
    }

    private Ask next() {
        number++;
        int kind = random.nextInt(100);
        if (kind < 15) {
            return new Ask("/v1/admissions", HOT, "", false, false);
        }
        String clientId = "acct-" + random.nextInt(ACCOUNTS) + "/client-" + random.nextInt(CLIENTS);
        String cost = ",\"cost\":" + (1 + random.nextInt(3));
        if (kind < 30) {
            return new Ask("/v1/admissions", clientId, cost + ",\"idempotencyKey\":\"k-" + number + "\"", true, false);
        }
        if (kind < 40) {
            return new Ask("/v1/reservations", clientId, cost + ",\"reserve\":{\"ttlMillis\":3000}", false, false);
        }
        return new Ask("/v1/admissions", clientId, cost, false, false);
    }

    private void send(Ask ask, int frontEnd) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(urls.get(frontEnd) + ask.path()))
                .header("content-type", "application/json")
                .timeout(Duration.ofMillis(DEADLINE_MILLIS + MARGIN_MILLIS))
                .POST(HttpRequest.BodyPublishers.ofString(ask.body()))
                .build();
        long sentNanos = System.nanoTime();
        inFlight.incrementAndGet();
        http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).whenComplete((response, failure) -> {
            SeenCall call = call(ask, frontEnd, sentNanos, response);
            calls.add(call);
            if (ask.keyed() && !ask.repeated() && !call.isDecided()) {
                send(ask.again(), otherThan(frontEnd));
            }
            inFlight.decrementAndGet();
        });
    }

    private static SeenCall call(Ask ask, int frontEnd, long sentNanos, @Nullable HttpResponse<String> response) {
        String body = response == null ? "" : response.body();
        Matcher decision = DECISION_ID.matcher(body);
        return new SeenCall(
                sentNanos,
                System.nanoTime(),
                frontEnd,
                partitionOf(ask.clientId()),
                ask.clientId(),
                response == null ? 0 : response.statusCode(),
                decision.find() ? decision.group(1) : null,
                body.contains(LOCAL),
                VERDICT.matcher(body).find());
    }

    private static int partitionOf(String clientId) {
        String account = clientId.substring(0, clientId.indexOf('/'));
        return AccountPartitioner.partitionOf(account.getBytes(StandardCharsets.UTF_8), Deployment.REQUEST_PARTITIONS);
    }

    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
    }
}
