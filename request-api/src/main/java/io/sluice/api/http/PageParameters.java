package io.sluice.api.http;

import io.sluice.schemas.WireException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a list that is read page by page: a filter, {@code limit}, and {@code before}.
 *
 * @param given those that are there by name, decoded
 */
public record PageParameters(Map<String, String> given) {
    public static final String LIMIT = "limit";
    public static final String BEFORE = "before";

    private static final int LIMIT_DEFAULT = 50;

    public PageParameters {
        given = Map.copyOf(given);
    }

    /** Reads those with these names; others are refused. */
    public static PageParameters of(@Nullable String query, String... names) throws WireException {
        RequestUrl.expectOnly(query, names);
        Map<String, String> given = new TreeMap<>();
        for (String name : names) {
            String value = RequestUrl.parameter(query, name);
            if (value != null) {
                given.put(name, value);
            }
        }
        return new PageParameters(given);
    }

    public @Nullable String get(String name) {
        return given.get(name);
    }

    /** How many records a page has at most. */
    public int limit(int limitMax) throws WireException {
        String text = given.get(LIMIT);
        if (text == null) {
            return LIMIT_DEFAULT;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= limitMax) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // Reported below, like a number that is out of range.
        }
        throw new WireException(LIMIT, "not usable (expected: 1.." + limitMax + ")");
    }

    /** Where the next page is, with the same filter. */
    public String nextPath(String path, String before) {
        Map<String, String> all = new TreeMap<>(given);
        all.put(BEFORE, before);
        return all.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + encoded(parameter.getValue()))
                .collect(Collectors.joining("&", path + "?", ""));
    }

    /** A text as a part of an address. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
