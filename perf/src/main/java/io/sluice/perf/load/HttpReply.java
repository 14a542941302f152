package io.sluice.perf.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One whole answer, in the buffer of its connection: valid only until the next is read. */
public final class HttpReply {
    private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LAST_CHUNK = "\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int IN_CHUNKS = -1;
    private static final int STATUS_AT = 9;
    private static final int SHOWN_CHARS = 500;

    private final byte[] buffer;
    private final int length;
    private final int bodyStart;
    private final int bodyEnd;

    private HttpReply(byte[] buffer, int length, int bodyStart, int bodyEnd) {
        this.buffer = buffer;
        this.length = length;
        this.bodyStart = bodyStart;
        this.bodyEnd = bodyEnd;
    }

    /**
     * The answer in the first {@code length} bytes, or null if it is not there yet. A body that came in chunks is put
     * together in place.
     */
    static @Nullable HttpReply parse(byte[] buffer, int length) {
        int headEnd = headEnd(buffer, length);
        if (headEnd < 0) {
            return null;
        }
        int contentLength = contentLength(buffer, headEnd);
        if (contentLength >= 0) {
            int end = headEnd + contentLength;
            return length < end ? null : new HttpReply(buffer, end, headEnd, end);
        }
        return endsInLastChunk(buffer, headEnd, length) ? joined(buffer, headEnd, length) : null;
    }

    /** The sizes of chunks could be followed, but with one request at a time the last bytes show the end. */
    private static boolean endsInLastChunk(byte[] buffer, int headEnd, int length) {
        int from = length - LAST_CHUNK.length;
        return from >= headEnd && Arrays.equals(buffer, from, length, LAST_CHUNK, 0, LAST_CHUNK.length);
    }

    private static HttpReply joined(byte[] buffer, int headEnd, int length) {
        int from = headEnd;
        int to = headEnd;
        while (from < length - 2) {
            int size = 0;
            while (buffer[from] != '\r') {
                size = size * 16 + Character.digit(buffer[from], 16);
                from++;
            }
            from += 2;
            System.arraycopy(buffer, from, buffer, to, size);
            to += size;
            from += size + 2;
        }
        return new HttpReply(buffer, length, headEnd, to);
    }

    /** Just behind the empty line. */
    private static int headEnd(byte[] buffer, int length) {
        for (int i = 3; i < length; i++) {
            if (buffer[i] == '\n' && buffer[i - 2] == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    /** Negative if the body comes in chunks. */
    private static int contentLength(byte[] buffer, int headEnd) {
        for (int i = 0; i < headEnd - LENGTH.length; i++) {
            if (buffer[i] == '\n' && startsWithLength(buffer, i + 1)) {
                return number(buffer, i + 1 + LENGTH.length);
            }
        }
        return IN_CHUNKS;
    }

    private static boolean startsWithLength(byte[] buffer, int from) {
        for (int i = 0; i < LENGTH.length; i++) {
            // Bit 5 separates upper case from lower; the hyphen and the colon have it anyway.
            if ((buffer[from + i] | 0x20) != LENGTH[i]) {
                return false;
            }
        }
        return true;
    }

    private static int number(byte[] buffer, int from) {
        int at = from;
        while (buffer[at] == ' ') {
            at++;
        }
        int number = 0;
        while (buffer[at] >= '0' && buffer[at] <= '9') {
            number = 10 * number + buffer[at] - '0';
            at++;
        }
        return number;
    }

    public int status() {
        return number(buffer, STATUS_AT);
    }

    /** Bytes that came over the wire. */
    int length() {
        return length;
    }

    /** Where the text next occurs in the body, from this position on; negative if it does not. */
    public int indexOf(byte[] text, int from) {
        for (int i = Math.max(from, bodyStart); i <= bodyEnd - text.length; i++) {
            if (buffer[i] == text[0] && matches(text, i)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether the head has this text, in this case. */
    public boolean headHas(byte[] text) {
        for (int i = 0; i <= bodyStart - text.length; i++) {
            if (buffer[i] == text[0] && matches(text, i)) {
                return true;
            }
        }
        return false;
    }

    private boolean matches(byte[] text, int at) {
        for (int i = 1; i < text.length; i++) {
            if (buffer[at + i] != text[i]) {
                return false;
            }
        }
        return true;
    }

    /** The number that stands at this position. */
    public int numberAt(int position) {
        return number(buffer, position);
    }

    /** The beginning of the answer, for error messages. */
    @Override
    public String toString() {
        return new String(buffer, 0, Math.min(bodyEnd, SHOWN_CHARS), StandardCharsets.UTF_8);
    }
}
