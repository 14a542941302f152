package io.sluice.api.warmup;

import io.sluice.client.Admissions;
import io.sluice.client.ExplainedAdmissions;
import io.sluice.client.Readiness;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A warm-up that calls the front end over HTTP until it answers fast enough; only then is the front end ready. A Java
 * process that has just started is slow, and a load balancer sends many callers as soon as it is ready.
 *
 * <p>The calls go to a separate port on the loopback address, under a path that nobody can guess. So they need no key
 * and no certificate, and do not count as callers' requests.
 */
public final class HttpWarmUp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpWarmUp.class);
    private static final int CALLERS = 4;
    private static final long FAST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int FAST_IN_A_ROW = 200;
    private static final int CALL_MILLIS_MAX = 1_000;
    private static final long READY_POLL_MILLIS = 50;
    /** The pause after a call without a verdict, so that a cluster with errors is not called as fast as possible. */
    private static final long NO_VERDICT_MILLIS = 10;
    /** Allowed, deny-listed, denied by a limit. */
    private static final Set<Integer> VERDICTS = Set.of(200, 403, 429);
    /** With this many accounts, most request partitions are called. */
    private static final int ACCOUNTS = 16;

    private final Admissions cluster;
    private final Port port;
    private final long millisMax;
    private final String prefix = "sluice-warm-up-" + UUID.randomUUID() + "-";
    private final Thread thread = new Thread(this::run, "sluice-warm-up");
    private final AtomicInteger fastInARow = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean warm;

    /** Opens the port that is called. */
    @FunctionalInterface
    public interface Port {
        /**
         * Answers admissions at this path.
         *
         * @param admissions what answers them: the cluster, which takes no token for it
         */
        Opened open(String path, Admissions admissions);
    }

    /** A port until it is closed. */
    public interface Opened extends AutoCloseable {
        int number();

        @Override
        void close();
    }

    /**
     * A warm-up that has not begun.
     *
     * @param millisMax how long it may take, because a cluster may be slow for other reasons; 0 for no warm-up
     */
    public HttpWarmUp(Admissions cluster, Port port, long millisMax) {
        this.cluster = cluster;
        this.port = port;
        this.millisMax = millisMax;
        this.warm = millisMax == 0;
        thread.setDaemon(true);
    }

    /** Begins, unless there is nothing to do. */
    public void start() {
        if (!warm) {
            thread.start();
        }
    }

    /** The cluster's, once the front end is warm. */
    public Readiness readiness() {
        Readiness readiness = cluster.readiness();
        return warm || !readiness.ready() ? readiness : new Readiness(false, "the front end is warming up");
    }

    private void run() {
        try {
            while (!cluster.readiness().ready()) {
                if (closing.await(READY_POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
            long startNanos = System.nanoTime();
            call(startNanos + TimeUnit.MILLISECONDS.toNanos(millisMax));
            LOG.info(
                    "the front end is warm after {} calls in {} ms",
                    calls,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("the front end could not warm up", e);
        } finally {
            // The warm-up only makes the first calls faster, so even if it fails with an Error, the front end becomes
            // ready.
            warm = !isClosing();
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void call(long endNanos) throws InterruptedException {
        String path = "/" + UUID.randomUUID() + "/v1/admissions";
        try (Opened opened = port.open(path, new ExplainedAdmissions(cluster))) {
            URI url = URI.create("http://127.0.0.1:" + opened.number() + path);
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                Thread caller = new Thread(() -> callAgainAndAgain(url, endNanos), "sluice-warm-up-caller");
                caller.setDaemon(true);
                caller.start();
                callers.add(caller);
            }
            for (Thread caller : callers) {
                caller.join();
            }
        }
    }

    private void callAgainAndAgain(URI url, long endNanos) {
        try {
            while (!isClosing() && fastInARow.get() < FAST_IN_A_ROW && System.nanoTime() - endNanos < 0) {
                long startNanos = System.nanoTime();
                boolean decided = hasVerdict(url, calls.getAndIncrement());
                if (decided && System.nanoTime() - startNanos < FAST_NANOS) {
                    fastInARow.incrementAndGet();
                } else {
                    fastInARow.updateAndGet(fast -> fast < FAST_IN_A_ROW ? 0 : fast);
                }
                if (!decided && closing.await(NO_VERDICT_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Calls once. A fast error does not count as a verdict, because it runs little of the code. */
    private boolean hasVerdict(URI url, int number) {
        byte[] body = ("{\"clientId\":\"" + prefix + number % ACCOUNTS + "/client\",\"route\":{\"method\":\"POST\","
                        + "\"path\":\"/sluice-warm-up\",\"host\":\"localhost\"}}")
                .getBytes(StandardCharsets.UTF_8);
        try {
            HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(CALL_MILLIS_MAX);
            connection.setReadTimeout(CALL_MILLIS_MAX);
            connection.setRequestProperty("content-type", "application/json");
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(body.length);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body);
            }
            // What is read to its end leaves its connection to the next.
            int status = connection.getResponseCode();
            InputStream answer = status < HttpURLConnection.HTTP_BAD_REQUEST
                    ? connection.getInputStream()
                    : connection.getErrorStream();
            if (answer == null) {
                return false;
            }
            try (answer) {
                return answer.readAllBytes().length > 0 && VERDICTS.contains(status);
            }
        } catch (IOException e) {
            LOG.debug("a call of the warm-up had no answer", e);
            return false;
        }
    }

    /** Ends it; what is not warm by then never says that it is ready. */
    @Override
    public void close() {
        // Without an interrupt, which a port that is just being opened would take for a failure.
        closing.countDown();
    }
}
