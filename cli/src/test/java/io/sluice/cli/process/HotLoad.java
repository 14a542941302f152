package io.sluice.cli.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** One front end that is asked for one client, one request after the other, as fast as it answers. */
final class HotLoad {
    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final String LOCAL = "\"recordedIn\":\"lease-report\"";
    private static final int ALLOWED = 200;

    private final HttpRequest admission;
    private final HttpClient http;
    private final List<Admitted> admitted = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong local = new AtomicLong();
    private final Thread thread;
    private volatile boolean stopping;

    /**
     * An admission, as seen from outside: it was decided at some moment between the two.
     *
     * @param local whether the front end decided it
     */
    record Admitted(long requestedNanos, long answeredNanos, boolean local) {}

    HotLoad(String url, String clientId) {
        this.admission = admission(url, clientId);
        this.http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        this.thread = new Thread(this::ask, "load on " + url);
        this.thread.setDaemon(true);
    }

    private static HttpRequest admission(String url, String clientId) {
        return HttpRequest.newBuilder(URI.create(url + "/v1/admissions"))
                .header("content-type", "application/json")
                .timeout(WITHIN)
                .POST(HttpRequest.BodyPublishers.ofString("{\"clientId\":\"" + clientId + "\"}"))
                .build();
    }

    /** Whether the front end gives verdicts. */
    static boolean isAnswered(String url, String clientId) throws IOException, InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        int status = http.send(admission(url, clientId), HttpResponse.BodyHandlers.ofString())
                .statusCode();
        return status == ALLOWED;
    }

    /** The time of day in the front end, to the second, as its answers tell. */
    Instant timeOfDay() throws IOException, InterruptedException {
        String date = http.send(admission, HttpResponse.BodyHandlers.discarding())
                .headers()
                .firstValue("date")
                .orElseThrow();
        return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
    }

    void start() {
        thread.start();
    }

    /** A front end that is killed ends its load. */
    private void ask() {
        try {
            while (!stopping) {
                long requestedNanos = System.nanoTime();
                HttpResponse<String> response = http.send(admission, HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() == ALLOWED) {
                    boolean isLocal = response.body().contains(LOCAL);
                    admitted.add(new Admitted(requestedNanos, System.nanoTime(), isLocal));
                    local.addAndGet(isLocal ? 1 : 0);
                }
                answered.incrementAndGet();
            }
        } catch (IOException e) {
            stopping = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until so many more requests were allowed by the front end itself. */
    void awaitLocal(long more) {
        long wanted = local.get() + more;
        Awaitility.await("answers out of leases").atMost(WITHIN).until(() -> local.get() >= wanted);
    }

    /** Waits until so many more requests were answered. */
    void awaitMore(long more) {
        long wanted = answered.get() + more;
        Awaitility.await("answers").atMost(WITHIN).until(() -> answered.get() >= wanted);
    }

    void stop() {
        stopping = true;
        try {
            thread.join(WITHIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What was admitted, in the order of the answers. */
    List<Admitted> admitted() {
        return List.copyOf(admitted);
    }

    long local() {
        return local.get();
    }
}
