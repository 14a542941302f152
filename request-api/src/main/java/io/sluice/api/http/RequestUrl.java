package io.sluice.api.http;

import io.javalin.http.Context;
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

/** The address of a request, read strictly: what is percent-encoded has to be UTF-8, and no parameter is passed over. */
public final class RequestUrl {
    private static final int RADIX = 16;

    private RequestUrl() {}

    /** Checks that path and query can be decoded in one way only. */
    public static void check(Context context) throws WireException {
        Utf8.check("path", decoded("path", context.req().getRequestURI()));
        Utf8.check("query", decoded("query", context.req().getQueryString()));
    }

    private static byte[] decoded(String field, @Nullable String text) throws WireException {
        if (text == null || text.indexOf('%') < 0) {
            return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
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
        return bytes.toByteArray();
    }

    /** Checks that there are no parameters but these, and none twice. */
    public static void expectOnly(Context context, String... names) throws WireException {
        Map<String, List<String>> given = parameters(context);
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
    public static @Nullable String parameter(Context context, String name) {
        List<String> given = parameters(context).get(name);
        return given == null ? null : given.get(0);
    }

    /** Javalin's own reading decodes by the content type of the body, and fails where that names no character set. */
    private static Map<String, List<String>> parameters(Context context) {
        String query = context.queryString();
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
