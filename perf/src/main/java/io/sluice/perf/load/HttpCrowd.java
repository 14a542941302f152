package io.sluice.perf.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Callers that do not wait for each other: each request has its moment, and goes on a connection that is free or on a
 * new one. So a server that is slow gets no rest.
 *
 * <p>One thread does all of it, between two requests, so that the crowd costs the machine little. It never waits for an
 * answer before it sends, so latencies count from sending. On a busy machine it may be late itself; {@link #lag} says
 * by how much.
 */
public final class HttpCrowd implements AutoCloseable {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long ANSWERS_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long WAIT_MILLIS_MAX = 10;
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int ANSWER_BYTES = 1 << 10;

    private final int port;
    private final int connectionsMax;
    private final HttpRequests loadRequests;
    private final Listener listener;
    private final Selector selector;
    private final Histogram lag = Latencies.histogram();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final Deque<Caller> free = new ArrayDeque<>();
    private final Set<Caller> all = new HashSet<>();
    private int connectionsPeak;
    private long nextNumber;
    private int underWay;

    /** What becomes of requests. */
    public interface Listener {
        /**
         * An answer; {@link HttpRequests#answered} has seen it before.
         *
         * @param sentNanos when the request was sent, by {@link System#nanoTime}
         */
        void answered(long sentNanos, HttpReply reply);

        /** There is no answer: the connection was closed, or there are as many as there may be. */
        void lost(long sentNanos);
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
    public int connectionsPeak() {
        return connectionsPeak;
    }

    /** How late requests were sent, in nanoseconds. */
    public Histogram lag() {
        return lag;
    }

    private void send(long momentNanos) {
        Caller caller = free.poll();
        if (caller == null) {
            caller = all.size() < connectionsMax ? connected() : null;
        }
        long sentNanos = System.nanoTime();
        lag.recordValue(Math.min(Math.max(0, sentNanos - momentNanos), Latencies.HIGHEST_NANOS));
        if (caller == null) {
            listener.lost(sentNanos);
            return;
        }
        caller.number = nextNumber++;
        caller.sentNanos = sentNanos;
        underWay++;
        try {
            caller.send(loadRequests.request(caller.number), buffer);
        } catch (IOException e) {
            lost(caller);
        }
    }

    private @Nullable Caller connected() {
        try {
            Caller caller = Caller.connect(port, selector);
            all.add(caller);
            connectionsPeak = Math.max(connectionsPeak, all.size());
            return caller;
        } catch (IOException e) {
            return null;
        }
    }

    private void lost(Caller caller) {
        underWay--;
        listener.lost(caller.sentNanos);
        forget(caller);
    }

    private void forget(Caller caller) {
        all.remove(caller);
        try {
            caller.channel.close();
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
        Caller caller = (Caller) key.attachment();
        HttpReply reply;
        try {
            reply = caller.read(buffer);
        } catch (IOException e) {
            if (free.remove(caller)) {
                // Nobody used it just then.
                forget(caller);
            } else {
                lost(caller);
            }
            return;
        }
        if (reply != null) {
            underWay--;
            loadRequests.answered(caller.number, reply);
            listener.answered(caller.sentNanos, reply);
            free.push(caller);
        }
    }

    /** One connection with at most one request on its way; all share one buffer, since there may be thousands. */
    private static final class Caller {
        private final SocketChannel channel;
        private byte[] answer = new byte[ANSWER_BYTES];
        private int answerBytes;
        private long number;
        private long sentNanos;

        private Caller(SocketChannel channel) {
            this.channel = channel;
        }

        static Caller connect(int port, Selector selector) throws IOException {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            Caller caller = new Caller(channel);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, caller);
            return caller;
        }

        void send(byte[] request, ByteBuffer out) throws IOException {
            out.clear().put(request).flip();
            while (out.hasRemaining()) {
                if (channel.write(out) == 0) {
                    // Only a request larger than the socket's buffer comes here.
                    Thread.onSpinWait();
                }
            }
        }

        /** The answer once it is whole, null before. */
        @Nullable HttpReply read(ByteBuffer in) throws IOException {
            int count = channel.read(in.clear());
            if (count < 0) {
                throw new IOException("the server closed a connection");
            }
            in.flip();
            if (answerBytes + count > answer.length) {
                answer = Arrays.copyOf(answer, Math.max(2 * answer.length, answerBytes + count));
            }
            in.get(answer, answerBytes, count);
            answerBytes += count;
            HttpReply reply = HttpReply.parse(answer, answerBytes);
            if (reply != null) {
                answerBytes = 0;
            }
            return reply;
        }
    }

    @Override
    public void close() throws IOException {
        for (Caller caller : all) {
            caller.channel.close();
        }
        selector.close();
    }
}
