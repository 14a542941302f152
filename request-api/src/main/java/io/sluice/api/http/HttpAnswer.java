package io.sluice.api.http;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One answer of the API: what a caller gets, before it meets a server.
 *
 * @param headers beside the content type, in the order in which they are sent
 */
public record HttpAnswer(int status, String contentType, Map<String, String> headers, JsonBody body) {
    public static final String JSON = "application/json";
    public static final String PROBLEM = "application/problem+json";

    public static HttpAnswer ok(JsonBody body) {
        return new HttpAnswer(200, JSON, Map.of(), body);
    }

    /** This answer with another status. */
    public HttpAnswer withStatus(int newStatus) {
        return new HttpAnswer(newStatus, contentType, headers, body);
    }

    /** This answer with more headers. */
    public HttpAnswer with(Map<String, String> more) {
        if (headers.isEmpty()) {
            return new HttpAnswer(status, contentType, more, body);
        }
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putAll(more);
        return new HttpAnswer(status, contentType, all, body);
    }
}
