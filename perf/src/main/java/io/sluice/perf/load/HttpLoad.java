package io.sluice.perf.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Questions over HTTP/1.1 on connections that are kept alive. It does little, on purpose: on a small machine a full client
 * would be what is measured. One thread reads all answers, each to its end.
 *
 * <p>In a closed loop every connection asks again when it is answered. In an open loop each question has its moment, and
 * its latency counts from there even if no connection was free: it then waits for one, and a stall of the server shows in
 * every question that fell into it.
 */
public final class HttpLoad implements AutoCloseable {
    private static final long ANSWER_SECONDS = 30;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final HttpQuestions questions;
    private final Selector selector;
    private final List<HttpConnection> connections = new ArrayList<>();
    private final AtomicLong numbers = new AtomicLong();
    private final Semaphore answered = new Semaphore(0);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Deque<HttpConnection> free = new ArrayDeque<>();
    private final Deque<Long> overdueMoments = new ArrayDeque<>();
    private volatile boolean closed;
    private volatile boolean asksAgain;
    private volatile long endNanos;
    private volatile LongFunction<Histogram> latencies = moment -> Latencies.histogram();

    private HttpLoad(HttpQuestions questions, Selector selector) {
        this.questions = questions;
        this.selector = selector;
    }

    /** What a load came to; latencies in nanoseconds. */
    public record Result(long answers, long elapsedNanos, Histogram latencies) {
        public double perSecond() {
            return answers * (double) NANOS_PER_SECOND / elapsedNanos;
        }
    }

    /** Connects to a port of this machine. */
    public static HttpLoad connect(int port, int connectionCount, HttpQuestions questions) throws IOException {
        HttpLoad load = new HttpLoad(questions, Selector.open());
        for (int i = 0; i < connectionCount; i++) {
            load.connections.add(HttpConnection.open(port, load.selector));
        }
        Thread reader = new Thread(load::readAnswers, "perf-http-load");
        reader.setDaemon(true);
        reader.start();
        return load;
    }

    /** Asks as fast as answers come. */
    public Result closedLoop(Duration duration) throws InterruptedException {
        Histogram histogram = Latencies.histogram();
        latencies = moment -> histogram;
        long startNanos = System.nanoTime();
        long firstNumber = numbers.get();
        endNanos = startNanos + duration.toNanos();
        asksAgain = true;
        connections.forEach(connection -> ask(connection, System.nanoTime()));
        awaitAnswers(connections.size());
        return new Result(numbers.get() - firstNumber, System.nanoTime() - startNanos, histogram);
    }

    /** Asks at a steady rate. */
    public Result openLoop(int perSecond, Duration duration) throws InterruptedException {
        Histogram histogram = Latencies.histogram();
        return openLoop(perSecond, duration, histogram, moment -> histogram);
    }

    /**
     * Asks at a steady rate.
     *
     * @param total is in the result
     * @param chosen where the latency of the question with this moment, in {@link System#nanoTime}, is counted
     */
    public Result openLoop(int perSecond, Duration duration, Histogram total, LongFunction<Histogram> chosen)
            throws InterruptedException {
        latencies = chosen;
        asksAgain = false;
        synchronized (this) {
            free.clear();
            free.addAll(connections);
        }
        long questionCount = perSecond * duration.toMillis() / 1_000;
        long startNanos = System.nanoTime();
        for (long i = 0; i < questionCount; i++) {
            long momentNanos = startNanos + i * NANOS_PER_SECOND / perSecond;
            while (System.nanoTime() < momentNanos) {
                LockSupport.parkNanos(momentNanos - System.nanoTime());
            }
            HttpConnection connection = freeOne(momentNanos);
            if (connection != null) {
                ask(connection, momentNanos);
            }
        }
        awaitAnswers(questionCount);
        return new Result(questionCount, System.nanoTime() - startNanos, total);
    }

    private synchronized @Nullable HttpConnection freeOne(long momentNanos) {
        HttpConnection connection = free.poll();
        if (connection == null) {
            overdueMoments.add(momentNanos);
        }
        return connection;
    }

    /** The moment of the question that waits longest, or null if the connection is free now. */
    private synchronized @Nullable Long overdueOrFree(HttpConnection connection) {
        Long momentNanos = overdueMoments.poll();
        if (momentNanos == null) {
            free.add(connection);
        }
        return momentNanos;
    }

    private void ask(HttpConnection connection, long momentNanos) {
        connection.number = numbers.getAndIncrement();
        connection.momentNanos = momentNanos;
        try {
            connection.send(questions.request(connection.number));
        } catch (IOException e) {
            throw new UncheckedIOException("a question could not be sent", e);
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
        questions.answered(connection.number, reply);
        if (asksAgain) {
            if (nowNanos < endNanos) {
                ask(connection, nowNanos);
            } else {
                answered.release();
            }
            return;
        }
        answered.release();
        Long momentNanos = overdueOrFree(connection);
        if (momentNanos != null) {
            ask(connection, momentNanos);
        }
    }

    private void awaitAnswers(long count) throws InterruptedException {
        long seconds = ANSWER_SECONDS + Math.max(0, TimeUnit.NANOSECONDS.toSeconds(endNanos - System.nanoTime()));
        boolean complete = answered.tryAcquire(Math.toIntExact(count), seconds, TimeUnit.SECONDS);
        Throwable problem = failure.get();
        if (problem != null) {
            throw new IllegalStateException("a question was not answered: " + problem.getMessage(), problem);
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
