package io.sluice.cli.process;

import io.sluice.cli.process.HotLoad.Admitted;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** Requests of one user to one Envoy, at most a hundred a second, whatever becomes of them. */
final class QuotaLoad implements AutoCloseable {
    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final long PAUSE_MILLIS = 10;

    private final HttpRequest request;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Admitted> admitted = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong denied = new AtomicLong();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread daemon = new Thread(task, "load on envoy");
        daemon.setDaemon(true);
        return daemon;
    });

    QuotaLoad(String url, String user) {
        this.request = HttpRequest.newBuilder(URI.create(url))
                .header("x-user-id", user)
                .timeout(WITHIN)
                .build();
    }

    QuotaLoad start() {
        thread.scheduleWithFixedDelay(this::ask, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        return this;
    }

    private void ask() {
        long requestedNanos = System.nanoTime();
        try {
            int status =
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status == 200) {
                admitted.add(new Admitted(requestedNanos, System.nanoTime(), /* local= */ true));
            } else if (status == 429) {
                denied.incrementAndGet();
            }
        } catch (IOException e) {
            // An Envoy that was killed answers nothing, and what it admitted without an answer is seen by nobody.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until so many more requests were allowed. */
    void awaitAdmitted(int more) {
        int wanted = admitted.size() + more;
        Awaitility.await("requests that Envoy allows").atMost(WITHIN).until(() -> admitted.size() >= wanted);
    }

    /** Waits until so many more requests were denied, and none was allowed in between. */
    void awaitDenied(int more) {
        long[] seen = {admitted.size(), denied.get()};
        Awaitility.await("requests that Envoy denies").atMost(WITHIN).until(() -> {
            long now = admitted.size();
            if (now != seen[0]) {
                seen[0] = now;
                seen[1] = denied.get();
            }
            return denied.get() >= seen[1] + more;
        });
    }

    /** What was allowed, in the order of the answers. */
    List<Admitted> admitted() {
        synchronized (admitted) {
            return List.copyOf(admitted);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
