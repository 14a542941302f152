package io.sluice.api.rulesets;

import com.fasterxml.jackson.core.JsonGenerator;
import io.javalin.http.Context;
import io.sluice.schemas.WireException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Which part of a list is asked for: at most {@code limit} that are older than {@code before}. */
public record Page(long before, int limit) {
    private static final int LIMIT = 50;
    private static final int LIMIT_MAX = 500;

    public static Page of(Context context) throws WireException {
        return new Page(number("before", parameter(context, "before"), Long.MAX_VALUE, Long.MAX_VALUE), (int)
                number("limit", parameter(context, "limit"), LIMIT, LIMIT_MAX));
    }

    /** The first parameter of this name; Javalin's own reading fails where the content type names no character set. */
    private static @Nullable String parameter(Context context, String name) throws WireException {
        String query = context.queryString();
        for (String pair : query == null ? new String[0] : query.split("&")) {
            if (pair.startsWith(name + "=")) {
                try {
                    return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
                } catch (IllegalArgumentException e) {
                    throw new WireException(name, "not percent-encoded (expected: % and two hexadecimal digits)");
                }
            }
        }
        return null;
    }

    private static long number(String name, @Nullable String text, long fallback, long max) throws WireException {
        if (text == null) {
            return fallback;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, like a number that is out of range.
        }
        throw new WireException(name, "not usable (expected: 1.." + max + ")");
    }

    /** Where the list goes on, if this page is full. */
    void writeNext(JsonGenerator json, String path, int count, long last) throws IOException {
        if (count == limit) {
            json.writeStringField("next", path + "?before=" + last + "&limit=" + limit);
        }
    }
}
