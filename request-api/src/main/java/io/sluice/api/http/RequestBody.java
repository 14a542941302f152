package io.sluice.api.http;

import io.javalin.http.Context;
import java.io.IOException;
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
        if (context.req().getContentLengthLong() > bytesMax) {
            return tooLarge(bytesMax);
        }
        // A chunked body tells no length: one byte beyond the bound is read, and no more.
        byte[] bytes = context.bodyInputStream().readNBytes(bytesMax + 1);
        return bytes.length > bytesMax ? tooLarge(bytesMax) : new Accepted(bytes);
    }

    private static Refused tooLarge(int bytesMax) {
        return new Refused(Problem.BODY_TOO_LARGE.answer("body (expected: at most " + bytesMax + " bytes)"));
    }

    private static boolean isJson(String contentType) {
        int semicolon = contentType.indexOf(';');
        String type = (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
        return type.equals(HttpAnswer.JSON) || type.endsWith("+json");
    }
}
