package io.sluice.api.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * One answer of the API, independent of the server that sends it.
 *
 * @param headers beside the content type, in the order in which they are sent
 * @param throttled whether a request in it was throttled, so that the answer may have waited on purpose
 */
public record HttpAnswer(
        int status, String contentType, Map<String, String> headers, JsonBody body, boolean throttled) {
    public static final String JSON = "application/json";
    public static final String PROBLEM = "application/problem+json";

    /** An answer that did not wait on purpose. */
    public HttpAnswer(int status, String contentType, Map<String, String> headers, JsonBody body) {
        this(status, contentType, headers, body, /* throttled= */ false);
    }

    public static HttpAnswer ok(JsonBody body) {
        return new HttpAnswer(200, JSON, Map.of(), body);
    }

    /** An answer that is not JSON. */
    public static HttpAnswer of(String contentType, byte[] content) {
        return new HttpAnswer(200, contentType, Map.of(), new Verbatim(content));
    }

    /** Bytes that are sent as they are. */
    private static final class Verbatim implements JsonBody {
        private final byte[] content;

        Verbatim(byte[] content) {
            this.content = content;
        }

        @Override
        public byte[] bytes() {
            return content;
        }

        @Override
        public void write(JsonGenerator json) {
            throw new UnsupportedOperationException("no JSON, so no part of another answer");
        }
    }

    /** This answer as a future, for an endpoint that knows it at once. */
    public CompletableFuture<HttpAnswer> now() {
        return CompletableFuture.completedFuture(this);
    }

    /** This answer without a body, and so without a content type. */
    public HttpAnswer withoutBody() {
        return withBody(new Verbatim(new byte[0]));
    }

    /** This answer with another status. */
    public HttpAnswer withStatus(int newStatus) {
        return new HttpAnswer(newStatus, contentType, headers, body, throttled);
    }

    /** This answer, which may have waited on purpose if a request in it was throttled. */
    public HttpAnswer throttled(boolean isThrottled) {
        return new HttpAnswer(status, contentType, headers, body, isThrottled);
    }

    /** This answer with another body. */
    public HttpAnswer withBody(JsonBody newBody) {
        return new HttpAnswer(status, contentType, headers, newBody, throttled);
    }

    /** This answer with more headers. */
    public HttpAnswer with(Map<String, String> more) {
        if (headers.isEmpty()) {
            return new HttpAnswer(status, contentType, more, body, throttled);
        }
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putAll(more);
        return new HttpAnswer(status, contentType, all, body, throttled);
    }
}
