package io.sluice.perf.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** One run of a load over connections of its own. One thread reads all answers, each to its end. */
final class HttpRun implements AutoCloseable {
    private static final long ANSWER_SECONDS = 30;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final HttpLoad load;
    private final LongFunction<Histogram> latencies;
    private final Selector selector;
    private final List<HttpConnection> connections = new ArrayList<>();
    private final Semaphore answered = new Semaphore(0);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Deque<HttpConnection> free = new ArrayDeque<>();
    private final Deque<Long> overdueMoments = new ArrayDeque<>();
    private volatile boolean closed;
    /** Until when a connection sends its next request after an answer; in the past for an open loop. */
    private volatile long againUntilNanos = System.nanoTime();

    private HttpRun(HttpLoad load, LongFunction<Histogram> latencies, Selector selector) {
        this.load = load;
        this.latencies = latencies;
        this.selector = selector;
    }

    /**
     * Opens the connections.
     *
     * @param latencies where the latency of the request with this moment is counted
     */
    static HttpRun connect(HttpLoad load, LongFunction<Histogram> latencies) throws IOException {
        HttpRun run = new HttpRun(load, latencies, Selector.open());
        try {
            for (int i = 0; i < load.connectionCount(); i++) {
                run.connections.add(HttpConnection.open(load.port(), run.selector));
            }
        } catch (IOException e) {
            run.close();
            throw e;
        }
        Thread reader = new Thread(run::readAnswers, "perf-http-load");
        reader.setDaemon(true);
        reader.start();
        return run;
    }

    /** Sends requests on every connection as soon as it is free, until then. */
    void again(long untilNanos) throws InterruptedException {
        againUntilNanos = untilNanos;
        connections.forEach(connection -> ask(connection, System.nanoTime()));
        awaitAnswers(connections.size());
    }

    /** Sends so many requests, each at its moment or, if no connection is free then, as soon as one is. */
    void steadily(int perSecond, long requestCount) throws InterruptedException {
        synchronized (this) {
            free.addAll(connections);
        }
        long startNanos = System.nanoTime();
        for (long i = 0; i < requestCount; i++) {
            long momentNanos = startNanos + i * NANOS_PER_SECOND / perSecond;
            while (System.nanoTime() < momentNanos) {
                LockSupport.parkNanos(momentNanos - System.nanoTime());
            }
            HttpConnection connection = freeOrOverdue(momentNanos);
            if (connection != null) {
                ask(connection, momentNanos);
            }
        }
        awaitAnswers(requestCount);
    }

    /** A connection that is free; if there is none, the request waits for one. */
    private synchronized @Nullable HttpConnection freeOrOverdue(long momentNanos) {
        HttpConnection connection = free.poll();
        if (connection == null) {
            overdueMoments.add(momentNanos);
        }
        return connection;
    }

    /** The moment of the request that waits longest; if none does, the connection is free. */
    private synchronized @Nullable Long overdueOrFree(HttpConnection connection) {
        Long momentNanos = overdueMoments.poll();
        if (momentNanos == null) {
            free.add(connection);
        }
        return momentNanos;
    }

    private void ask(HttpConnection connection, long momentNanos) {
        connection.number = load.numbers().getAndIncrement();
        connection.momentNanos = momentNanos;
        try {
            connection.send(load.loadRequests().request(connection.number));
        } catch (IOException e) {
            throw new UncheckedIOException("a request could not be sent", e);
        }
    }

    private void readAnswers() {
        try {
            while (!closed) {
                selector.select(this::readAnswer);
            }
        } catch (ClosedSelectorException e) {
            // Thrown by close, to end a wait.
        } catch (IOException | RuntimeException e) {
            failure.compareAndSet(null, e);
            answered.release(Integer.MAX_VALUE / 2);
        }
    }

    private void readAnswer(SelectionKey key) {
        HttpConnection connection = (HttpConnection) key.attachment();
        HttpReply reply;
        try {
            reply = connection.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (reply == null) {
            return;
        }
        long nowNanos = System.nanoTime();
        latencies
                .apply(connection.momentNanos)
                .recordValue(Math.min(nowNanos - connection.momentNanos, Latencies.HIGHEST_NANOS));
        load.loadRequests().answered(connection.number, reply);
        if (nowNanos < againUntilNanos) {
            ask(connection, nowNanos);
            return;
        }
        answered.release();
        Long momentNanos = overdueOrFree(connection);
        if (momentNanos != null) {
            ask(connection, momentNanos);
        }
    }

    private void awaitAnswers(long count) throws InterruptedException {
        long seconds =
                ANSWER_SECONDS + Math.max(0, TimeUnit.NANOSECONDS.toSeconds(againUntilNanos - System.nanoTime()));
        boolean complete = answered.tryAcquire(Math.toIntExact(count), seconds, TimeUnit.SECONDS);
        Throwable problem = failure.get();
        if (problem != null) {
            throw new IllegalStateException("a request was not answered: " + problem.getMessage(), problem);
        }
        if (!complete) {
            throw new IllegalStateException("replies are missing after " + seconds + " s");
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        for (HttpConnection connection : connections) {
            connection.close();
        }
        selector.close();
    }
}
