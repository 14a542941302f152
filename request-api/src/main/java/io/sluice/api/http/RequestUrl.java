package io.sluice.api.http;

import io.sluice.schemas.Utf8;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.MemberNames;
import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A strict reader of request URLs: percent-encoded text must be UTF-8, and unknown parameters are refused.
 */
public final class RequestUrl {
    private static final int RADIX = 16;

    private RequestUrl() {}

    /** Checks that path and query can be decoded in one way only. */
    public static void check(@Nullable String path, @Nullable String query) throws WireException {
        if (path != null) {
            String unused = decoded("path", path);
        }
        if (query != null) {
            String unused = decoded("query", query);
        }
    }

    /** The text without percent-encoding. */
    public static String decoded(String field, String text) throws WireException {
        if (text.indexOf('%') < 0) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < encoded.length; i++) {
            if (encoded[i] != '%') {
                bytes.write(encoded[i]);
                continue;
            }
            int high = i + 2 < encoded.length ? Character.digit(encoded[i + 1], RADIX) : -1;
            int low = i + 2 < encoded.length ? Character.digit(encoded[i + 2], RADIX) : -1;
            if (high < 0 || low < 0) {
                throw new WireException(field, "% at index " + i + " (expected: two hexadecimal digits after it)");
            }
            bytes.write(high * RADIX + low);
            i += 2;
        }
        byte[] decoded = bytes.toByteArray();
        Utf8.check(field, decoded);
        return new String(decoded, StandardCharsets.UTF_8);
    }

    /** Checks that there are no parameters but these, and none twice. */
    public static void expectOnly(@Nullable String query, String... names) throws WireException {
        Map<String, List<String>> given = parameters(query);
        if (given.isEmpty()) {
            return;
        }
        if (names.length == 0) {
            throw new WireException("query", "given (expected: none, this resource has no parameters)");
        }
        MemberNames.of(List.of(names)).check(given.keySet());
        for (Map.Entry<String, List<String>> parameter : given.entrySet()) {
            if (parameter.getValue().size() > 1) {
                throw new WireException(parameter.getKey(), "given twice (expected: once)");
            }
        }
    }

    /** The first parameter of this name; null if there is none. */
    public static @Nullable String parameter(@Nullable String query, String name) {
        List<String> given = parameters(query).get(name);
        return given == null ? null : given.get(0);
    }

    private static Map<String, List<String>> parameters(@Nullable String query) {
        if (query == null || query.isEmpty()) {
            return Map.of();
        }
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            parameters
                    .computeIfAbsent(URLDecoder.decode(name, StandardCharsets.UTF_8), key -> new ArrayList<>())
                    .add(URLDecoder.decode(value, StandardCharsets.UTF_8));
        }
        return parameters;
    }
}
