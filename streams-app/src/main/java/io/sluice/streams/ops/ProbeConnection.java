package io.sluice.streams.ops;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection to the probe server, for one request and its answer; it never waits for its caller. */
final class ProbeConnection {
    private static final int HEAD_BYTES_MAX = 8_192;
    private static final String HEAD_END = "\r\n\r\n";

    private final ProbeChannel channel;
    private final SelectionKey key;
    private final long openedNanos;
    private final StringBuilder head = new StringBuilder();
    private @Nullable ByteBuffer answer;
    private boolean isAsked;
    private boolean isAnswered;
    private boolean isHead;
    private boolean hasEnded;

    /** The request of a caller; the path is empty if the request is malformed. */
    record Request(String method, String path, String query) {
        static final Request NONE = new Request("", "", "");
        static final Request TOO_LONG = new Request("", "too long", "");
    }

    ProbeConnection(ProbeChannel channel, SelectionKey key, long openedNanos) {
        this.channel = channel;
        this.key = key;
        this.openedNanos = openedNanos;
    }

    long openMillis(long nowNanos) {
        return TimeUnit.NANOSECONDS.toMillis(nowNanos - openedNanos);
    }

    /**
     * Reads the bytes that have come; returns the request, once, when it is complete.
     *
     * @throws IOException if the connection is over
     */
    @Nullable Request read(ByteBuffer buffer) throws IOException {
        int count = channel.read(buffer.clear());
        // TLS may have decrypted more than the buffer takes, and the selector knows nothing of it.
        while (count > 0 && !isAsked) {
            head.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
            int end = head.indexOf(HEAD_END);
            if (end >= 0 || head.length() >= HEAD_BYTES_MAX) {
                isAsked = true;
                key.interestOps(SelectionKey.OP_READ);
                return end < 0 || end >= HEAD_BYTES_MAX
                        ? Request.TOO_LONG
                        : admission(head.substring(0, head.indexOf("\r\n")));
            }
            count = channel.read(buffer.clear());
        }
        // What comes after the request is not needed; but if it stays unread when the connection closes, the caller
        // loses the answer.
        if (count < 0) {
            end();
        } else if (!isAsked) {
            key.interestOps(SelectionKey.OP_READ | (channel.waitsToWrite() ? SelectionKey.OP_WRITE : 0));
        }
        return null;
    }

    private void end() throws IOException {
        if (!isAsked || isAnswered) {
            throw new IOException("the caller has gone");
        }
        // The caller sends no more, but may still read.
        hasEnded = true;
        key.interestOps(key.interestOps() & ~SelectionKey.OP_READ);
    }

    /** Whether reading goes on now that something can be written. */
    boolean waitsToWrite() {
        return channel.waitsToWrite();
    }

    /** Whether the caller came without TLS to a port with TLS. */
    boolean isRefused() {
        return channel.isRefused();
    }

    private Request admission(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 3 || !words[2].matches("HTTP/1\\.[01]") || !words[1].startsWith("/")) {
            return Request.NONE;
        }
        isHead = words[0].equals("HEAD");
        int query = words[1].indexOf('?');
        return query < 0
                ? new Request(words[0], words[1], "")
                : new Request(words[0], words[1].substring(0, query), words[1].substring(query + 1));
    }

    /** Begins to answer. */
    void answer(ProbeResponse told) throws IOException {
        answer = told.bytes(/* hasContent= */ !isHead);
        write();
    }

    /**
     * Writes as much as the caller's side takes now.
     *
     * @throws IOException if the connection is over
     */
    void write() throws IOException {
        if (answer == null || isAnswered) {
            return;
        }
        if (!channel.write(answer) || !channel.finish()) {
            key.interestOps(SelectionKey.OP_WRITE | (hasEnded ? 0 : SelectionKey.OP_READ));
            return;
        }
        isAnswered = true;
        answer = null;
        if (hasEnded) {
            throw new IOException("nobody has more to say");
        }
        // Its caller reads to the end, and closes.
        key.interestOps(SelectionKey.OP_READ);
    }

    void close() {
        key.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            // The connection is over in any case.
            key.cancel();
        }
    }
}
