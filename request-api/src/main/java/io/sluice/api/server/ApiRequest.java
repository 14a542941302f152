package io.sluice.api.server;

import io.sluice.api.auth.Caller;
import java.net.InetAddress;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/**
 * One request as its endpoint sees it.
 *
 * @param body all of it; empty for routes that take none
 * @param pathParameters the values of the route's names in the path, decoded
 * @param query as it was sent; null for none
 * @param origin where the request comes from
 */
public record ApiRequest(
        byte[] body,
        HttpFields headers,
        Map<String, String> pathParameters,
        @Nullable String query,
        Caller caller,
        Origin origin) {

    /**
     * The origin of a request: address, method and host.
     *
     * @param peer the address at the other end of the connection; null if it has none
     * @param method as it was sent: HEAD is HEAD
     * @param host the server that the request names, without its port; empty for none
     */
    public record Origin(@Nullable InetAddress peer, String method, String host) {}

    /** A header; null if there is none. */
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /** A parameter that the route's path names. */
    public String path(String name) {
        String value = pathParameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " (expected: one of " + pathParameters.keySet() + ")");
        }
        return value;
    }
}
