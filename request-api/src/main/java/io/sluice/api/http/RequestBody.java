package io.sluice.api.http;

import io.javalin.http.Context;

/** The body of a request, which was read before any resource saw the request. */
public final class RequestBody {
    /** What its bytes are called among the attributes of the request; without them there is none. */
    public static final String ATTRIBUTE = "sluice.body";

    private static final byte[] NONE = {};

    private RequestBody() {}

    /** What it came to. */
    public sealed interface Read {}

    /** The whole body. */
    public record Accepted(byte[] bytes) implements Read {}

    /** The answer that the caller gets instead. */
    public record Refused(HttpAnswer answer) implements Read {}

    /** Takes the body, if it is JSON by its type and not above its bound. */
    public static Read read(Context context, int bytesMax) {
        if (!ContentType.isJson(context.contentType())) {
            return new Refused(Problem.unsupportedMediaType());
        }
        byte[] bytes = context.req().getAttribute(ATTRIBUTE) instanceof byte[] known ? known : NONE;
        return bytes.length > bytesMax ? new Refused(Problem.bodyTooLarge(bytesMax)) : new Accepted(bytes);
    }
}
