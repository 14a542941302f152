package io.sluice.api.data;

import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.Priority;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.request.Texts;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The request of a caller, as its gateway describes it.
 *
 * <pre>
 *   /v1/forward-auth             X-Forwarded-Method, -Uri, -Host          nginx, Traefik, Caddy, HAProxy, APISIX
 *                                X-Original-Method, -URL or -URI          the nginx ingress controller
 *   /v1/forward-auth/the/path    its own method, path and host            Envoy
 * </pre>
 *
 * <p>A gateway overwrites the fields of its own dialect, but forwards those of the other as its caller sent them. So
 * fields of both dialects must agree; then a caller's fields can change nothing.
 */
final class ForwardedRequest {
    private static final String METHOD = "X-Forwarded-Method";
    private static final String URI = "X-Forwarded-Uri";
    private static final String HOST = "X-Forwarded-Host";
    private static final String ORIGINAL_METHOD = "X-Original-Method";
    private static final String ORIGINAL_URI = "X-Original-URI";
    private static final String ORIGINAL_URL = "X-Original-URL";

    private static final int COST_DIGITS_MAX = 10;
    private static final Pattern ABSOLUTE = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)(.*)", Pattern.DOTALL);

    private final ApiRequest request;
    private final boolean isTrusted;

    /**
     * A request of a gateway.
     *
     * @param isTrusted whether its fields are believed
     */
    ForwardedRequest(ApiRequest request, boolean isTrusted) {
        this.request = request;
        this.isTrusted = isTrusted;
    }

    /** What the caller wants to do. */
    Route route() throws WireException {
        String below = request.path(ApiRoute.BELOW);
        if (!isTrusted || !below.isEmpty()) {
            return Route.checked(
                    request.origin().method(), pathOf(below), request.origin().host());
        }
        String uri = single(URI);
        String originalUri = single(ORIGINAL_URI);
        String url = single(ORIGINAL_URL);
        String method = agreed(METHOD, single(METHOD), ORIGINAL_METHOD, single(ORIGINAL_METHOD));
        String original = agreed(ORIGINAL_URL, path(url), ORIGINAL_URI, path(originalUri));
        String path = agreed(URI, path(uri), ORIGINAL_URL, original);
        String host = agreed(HOST, single(HOST), ORIGINAL_URL, authority(url));
        return Route.checked(
                method == null ? request.origin().method() : method,
                path == null ? "" : path,
                host == null ? "" : host);
    }

    /** What both fields say, or the one that is there; null if neither is. */
    private static @Nullable String agreed(
            String field, @Nullable String value, String other, @Nullable String otherValue) throws WireException {
        if (value != null && otherValue != null && !value.equals(otherValue)) {
            throw new WireException(
                    other,
                    Texts.shown(otherValue) + " (expected: what " + field + " says, " + Texts.shown(value) + ")");
        }
        return value == null ? otherValue : value;
    }

    /** Without query and fragment, which may be long, and which no limit uses. */
    private static String pathOf(String uri) {
        for (int i = 0; i < uri.length(); i++) {
            if (uri.charAt(i) == '?' || uri.charAt(i) == '#') {
                return uri.substring(0, i);
            }
        }
        return uri;
    }

    /** The path of a URI, absolute or not; null for none. */
    private static @Nullable String path(@Nullable String uri) {
        if (uri == null) {
            return null;
        }
        Matcher absolute = ABSOLUTE.matcher(uri);
        return pathOf(absolute.matches() ? absolute.group(2) : uri);
    }

    /** The authority of an absolute URI; null if it has none. */
    private static @Nullable String authority(@Nullable String uri) {
        if (uri == null) {
            return null;
        }
        Matcher absolute = ABSOLUTE.matcher(uri);
        return absolute.matches() ? absolute.group(1) : null;
    }

    /**
     * The value of a field that may be there only once; null if it is not there, or says nothing, or is not believed.
     */
    private @Nullable String single(@Nullable String field) throws WireException {
        if (field == null || !isTrusted) {
            return null;
        }
        List<String> values = request.headers().getValuesList(field);
        if (values.size() > 1) {
            throw new WireException(field, values.size() + " fields (expected: one, which the gateway sets)");
        }
        return values.isEmpty() || values.get(0).isBlank()
                ? null
                : values.get(0).strip();
    }

    /** The client ID; null if the field is not there. */
    @Nullable String clientId(@Nullable String field) throws WireException {
        String text = single(field);
        return field == null || text == null
                ? null
                : ClientId.parse(field, text).text();
    }

    /** The priority; null if the field is not there. */
    @Nullable Priority priority(@Nullable String field) throws WireException {
        String text = single(field);
        return field == null || text == null ? null : Priority.checked(field, text);
    }

    /** The number of tokens; null if the field is not there. */
    @Nullable Long cost(@Nullable String field) throws WireException {
        String text = single(field);
        if (field == null || text == null) {
            return null;
        }
        boolean isNumber = text.length() <= COST_DIGITS_MAX && text.chars().allMatch(c -> c >= '0' && c <= '9');
        long cost = isNumber ? Long.parseLong(text) : -1;
        if (cost < 0 || cost > AdmissionRequest.COST_MAX) {
            throw new WireException(field, Texts.shown(text) + " (expected: 0.." + AdmissionRequest.COST_MAX + ")");
        }
        return cost;
    }

    /**
     * A field as an attribute. Any value is accepted, because a caller's {@code User-Agent} must not make its gateway
     * fail: it is cut, and characters that no attribute may contain become question marks. Null if it is not there.
     */
    @Nullable String attribute(String field) {
        if (!isTrusted || !request.headers().contains(field)) {
            return null;
        }
        String text = String.join(", ", request.headers().getValuesList(field));
        StringBuilder value = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            int codePoint = text.codePointAt(at);
            at += Character.charCount(codePoint);
            boolean isUsable = !Character.isISOControl(codePoint)
                    && !(codePoint <= Character.MAX_VALUE && Character.isSurrogate((char) codePoint));
            int next = isUsable ? codePoint : '?';
            if (value.length() + Character.charCount(next) > AdmissionRequest.ATTRIBUTE_VALUE_CHARS_MAX) {
                break;
            }
            value.appendCodePoint(next);
        }
        return value.toString();
    }
}
