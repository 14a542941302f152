package io.sluice.api.http;

import io.javalin.http.Context;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.util.Arrays;

/** Reads the body of a request, no further than its bound. */
public final class RequestBody {
    /**
     * How much of a body that nobody wants is read nevertheless. Most callers listen only when they have sent all of it: they
     * would see a connection that is reset, not the answer.
     */
    public static final int DISCARDED_BYTES_MAX = 1 << 20;

    private static final int BUFFER_BYTES = 8_192;

    private RequestBody() {}

    /** What reading came to. */
    public sealed interface Read {}

    /** The whole body. */
    public record Accepted(byte[] bytes) implements Read {}

    /** The answer that the caller gets instead. */
    public record Refused(HttpAnswer answer) implements Read {}

    public static Read read(Context context, int bytesMax) throws IOException {
        String contentType = context.contentType();
        if (contentType != null && !ContentType.isJson(contentType)) {
            return new Refused(Problem.unsupportedMediaType());
        }
        long length = context.req().getContentLengthLong();
        if (length > bytesMax) {
            return tooLarge(context, bytesMax);
        }
        if (length >= 0) {
            // The server gives no more bytes than were told, and buffers of its own are not needed for so many.
            byte[] bytes = new byte[(int) length];
            ServletInputStream in = context.req().getInputStream();
            int count = in.readNBytes(bytes, 0, bytes.length);
            // Reads the end too: before that the body is not finished, and its answer not sent directly.
            in.read();
            return new Accepted(count == bytes.length ? bytes : Arrays.copyOf(bytes, count));
        }
        // A chunked body tells no length: one byte beyond the bound is kept, and no more.
        byte[] bytes = context.bodyInputStream().readNBytes(bytesMax + 1);
        return bytes.length > bytesMax ? tooLarge(context, bytesMax) : new Accepted(bytes);
    }

    private static Refused tooLarge(Context context, int bytesMax) throws IOException {
        // Who asks before it sends is told at once.
        if (context.header("Expect") == null) {
            discard(context.req().getInputStream());
        }
        return new Refused(Problem.bodyTooLarge(bytesMax));
    }

    private static void discard(ServletInputStream in) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        int left = DISCARDED_BYTES_MAX;
        while (left > 0) {
            int count = in.read(buffer, 0, Math.min(buffer.length, left));
            if (count < 0) {
                return;
            }
            left -= count;
        }
    }
}
