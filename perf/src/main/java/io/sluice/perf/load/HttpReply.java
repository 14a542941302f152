package io.sluice.perf.load;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One whole answer, in the buffer of its connection: valid only until the next is read. */
public final class HttpReply {
    private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
    private static final int STATUS_AT = 9;
    private static final int SHOWN_CHARS = 500;

    private final byte[] buffer;
    private final int end;
    private final int bodyStart;

    private HttpReply(byte[] buffer, int end, int bodyStart) {
        this.buffer = buffer;
        this.end = end;
        this.bodyStart = bodyStart;
    }

    /** The answer in the first {@code length} bytes, or null if it is not there yet. */
    static @Nullable HttpReply parse(byte[] buffer, int length) {
        int headEnd = headEnd(buffer, length);
        if (headEnd < 0) {
            return null;
        }
        int end = headEnd + contentLength(buffer, headEnd);
        return length < end ? null : new HttpReply(buffer, end, headEnd);
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

    private static int contentLength(byte[] buffer, int headEnd) {
        for (int i = 0; i < headEnd - LENGTH.length; i++) {
            if (buffer[i] == '\n' && startsWithLength(buffer, i + 1)) {
                return number(buffer, i + 1 + LENGTH.length);
            }
        }
        throw new IllegalStateException("an answer without Content-Length: "
                + new String(buffer, 0, Math.min(headEnd, SHOWN_CHARS), StandardCharsets.UTF_8));
    }

    private static boolean startsWithLength(byte[] buffer, int from) {
        for (int i = 0; i < LENGTH.length; i++) {
            // Bit 5 tells upper case from lower; the hyphen and the colon have it anyway.
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

    int length() {
        return end;
    }

    /** Where the text next occurs in the body, from this position on; negative if it does not. */
    public int indexOf(byte[] text, int from) {
        for (int i = Math.max(from, bodyStart); i <= end - text.length; i++) {
            if (buffer[i] == text[0] && matches(text, i)) {
                return i;
            }
        }
        return -1;
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

    /** Its beginning, for complaints. */
    @Override
    public String toString() {
        return new String(buffer, 0, Math.min(end, SHOWN_CHARS), StandardCharsets.UTF_8);
    }
}
