package io.sluice.perf.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One connection that is kept alive, with at most one request on its way. */
final class HttpConnection {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int ANSWER_BYTES_MAX = 16 << 20;

    private final SocketChannel channel;
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private byte[] answer = new byte[BUFFER_BYTES];
    private int answerBytes;
    private long answerCount;

    /** Of the request on its way; written before it is sent, read when its answer is there. */
    volatile long number;

    volatile long momentNanos;

    private HttpConnection(SocketChannel channel) {
        this.channel = channel;
    }

    static HttpConnection open(int port, Selector selector) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        HttpConnection connection = new HttpConnection(channel);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, connection);
        return connection;
    }

    /**
     * Sends a request; the kernel takes a small one at once. The answer, and with it the next request, may be there
     * before the sender of the first has looked at its buffer again, so the two exclude each other.
     */
    synchronized void send(byte[] request) throws IOException {
        int sent = 0;
        while (sent < request.length) {
            int length = Math.min(request.length - sent, out.capacity());
            out.clear().put(request, sent, length).flip();
            while (out.hasRemaining()) {
                if (channel.write(out) == 0) {
                    // Only a request larger than the socket's buffer comes here.
                    Thread.onSpinWait();
                }
            }
            sent += length;
        }
    }

    /** Reads what has come; the answer once it is whole, null before. */
    @Nullable HttpReply read() throws IOException {
        int count = channel.read(in.clear());
        if (count < 0) {
            throw new IOException("the server closed a connection after " + answerCount + " answers and "
                    + (System.nanoTime() - momentNanos) / NANOS_PER_MILLI + " ms, " + answerBytes
                    + " bytes into the next");
        }
        in.flip();
        if (answerBytes + count > answer.length) {
            if (answer.length >= ANSWER_BYTES_MAX) {
                throw new IOException("an answer of more than " + ANSWER_BYTES_MAX + " bytes");
            }
            answer = Arrays.copyOf(answer, 2 * answer.length);
        }
        in.get(answer, answerBytes, count);
        answerBytes += count;
        HttpReply reply = HttpReply.parse(answer, answerBytes);
        if (reply != null) {
            if (reply.length() != answerBytes) {
                throw new IOException("more than one answer to one request: " + reply);
            }
            answerBytes = 0;
            answerCount++;
        }
        return reply;
    }

    void close() throws IOException {
        channel.close();
    }
}
