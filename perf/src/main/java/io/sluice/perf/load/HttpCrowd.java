package io.sluice.perf.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Callers that do not wait for each other: each request has its moment, and goes on a connection that is free or on a
 * new one. So a server that is slow gets no rest.
 *
 * <p>One thread does all of it, between two requests, so that the crowd costs the machine little.
 */
public final class HttpCrowd implements AutoCloseable {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long ANSWERS_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long WAIT_MILLIS_MAX = 10;

    private final int port;
    private final int connectionsMax;
    private final HttpRequests loadRequests;
    private final Listener listener;
    private final Selector selector;
    private final Deque<HttpConnection> free = new ArrayDeque<>();
    private final Set<HttpConnection> all = new HashSet<>();
    private long nextNumber;
    private int underWay;

    /** What becomes of requests. */
    public interface Listener {
        /**
         * An answer; {@link HttpRequests#answered} has seen it before.
         *
         * @param momentNanos when the request was due, by {@link System#nanoTime}
         */
        void answered(long momentNanos, HttpReply reply);

        /** There is no answer: the connection was closed, or there are as many as there may be. */
        void lost(long momentNanos);
    }

    /** A crowd without a connection so far. */
    public HttpCrowd(int port, int connectionsMax, HttpRequests loadRequests, Listener listener) throws IOException {
        this.port = port;
        this.connectionsMax = connectionsMax;
        this.loadRequests = loadRequests;
        this.listener = listener;
        this.selector = Selector.open();
    }

    /** Sends requests at this rate; answers may come later, in the next call. */
    public void send(int perSecond, Duration duration) throws IOException {
        long count = perSecond * duration.toMillis() / 1_000;
        long startNanos = System.nanoTime();
        for (long i = 0; i < count; i++) {
            long momentNanos = startNanos + i * NANOS_PER_SECOND / perSecond;
            long waitNanos = momentNanos - System.nanoTime();
            while (waitNanos > 0) {
                take(Math.min(WAIT_MILLIS_MAX, TimeUnit.NANOSECONDS.toMillis(waitNanos)));
                waitNanos = momentNanos - System.nanoTime();
            }
            send(momentNanos);
            // A crowd that is late still listens.
            if (i % 16 == 0) {
                take(0);
            }
        }
    }

    /** Waits for the answers that are still on their way. */
    public void awaitAnswers() throws IOException {
        long deadlineNanos = System.nanoTime() + ANSWERS_WITHIN_NANOS;
        while (underWay > 0) {
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new IllegalStateException(underWay + " requests without an answer (expected: none)");
            }
            take(WAIT_MILLIS_MAX);
        }
    }

    /** The most connections that were open at once. */
    public int connections() {
        return all.size();
    }

    private void send(long momentNanos) {
        HttpConnection connection = free.poll();
        if (connection == null) {
            if (all.size() >= connectionsMax) {
                listener.lost(momentNanos);
                return;
            }
            try {
                connection = HttpConnection.open(port, selector);
            } catch (IOException e) {
                listener.lost(momentNanos);
                return;
            }
            all.add(connection);
        }
        connection.number = nextNumber++;
        connection.momentNanos = momentNanos;
        underWay++;
        try {
            connection.send(loadRequests.request(connection.number));
        } catch (IOException e) {
            lost(connection);
        }
    }

    private void lost(HttpConnection connection) {
        underWay--;
        all.remove(connection);
        listener.lost(connection.momentNanos);
        try {
            connection.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void take(long waitMillis) throws IOException {
        if (waitMillis == 0) {
            selector.selectNow(this::take);
        } else {
            selector.select(this::take, waitMillis);
        }
    }

    private void take(SelectionKey key) {
        HttpConnection connection = (HttpConnection) key.attachment();
        HttpReply reply;
        try {
            reply = connection.read();
        } catch (IOException e) {
            if (free.remove(connection)) {
                // One that nobody used just then.
                all.remove(connection);
                key.cancel();
            } else {
                lost(connection);
            }
            return;
        }
        if (reply != null) {
            underWay--;
            loadRequests.answered(connection.number, reply);
            listener.answered(connection.momentNanos, reply);
            free.push(connection);
        }
    }

    @Override
    public void close() throws IOException {
        for (HttpConnection connection : all) {
            connection.close();
        }
        selector.close();
    }
}
