package io.sluice.api.http;

import io.javalin.http.Context;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/** Reads the body of a request, no further than its bound. */
public final class RequestBody {
    private RequestBody() {}

    /** What reading came to. */
    public sealed interface Read {}

    /** The whole body. */
    public record Accepted(byte[] bytes) implements Read {}

    /** The answer that the caller gets instead. */
    public record Refused(HttpAnswer answer) implements Read {}

    public static Read read(Context context, int bytesMax) throws IOException {
        String contentType = context.contentType();
        if (contentType != null && !isJson(contentType)) {
            return new Refused(Problem.UNSUPPORTED_MEDIA_TYPE.answer("content type (expected: application/json)"));
        }
        long length = context.req().getContentLengthLong();
        if (length > bytesMax) {
            return tooLarge(bytesMax);
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
        // A chunked body tells no length: one byte beyond the bound is read, and no more.
        byte[] bytes = context.bodyInputStream().readNBytes(bytesMax + 1);
        return bytes.length > bytesMax ? tooLarge(bytesMax) : new Accepted(bytes);
    }

    private static Refused tooLarge(int bytesMax) {
        return new Refused(Problem.BODY_TOO_LARGE.answer("body (expected: at most " + bytesMax + " bytes)"));
    }

    private static boolean isJson(String contentType) {
        if (contentType.equals(HttpAnswer.JSON)) {
            return true;
        }
        int semicolon = contentType.indexOf(';');
        String type = (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
        return type.equals(HttpAnswer.JSON) || type.endsWith("+json");
    }
}
