package io.sluice.api.alerts;

import io.sluice.api.http.RequestUrl;
import io.sluice.client.alerts.AlertQuery;
import io.sluice.client.alerts.AlertQuery.Type;
import io.sluice.client.decisions.RecordPosition;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.ClientId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which alerts a caller asks for, as the address has it.
 *
 * @param given the parameters by name, decoded
 * @param query the same
 */
record AlertParameters(Map<String, String> given, AlertQuery query) {
    static final String PATH = "/v1/alerts";

    private static final int LIMIT = 50;
    private static final int LIMIT_ID_CHARS_MAX = 256;
    private static final String BEFORE = "before";
    private static final String[] NAMES = {"account", "limitId", "type", "limit", BEFORE};

    static AlertParameters of(@Nullable String query) throws WireException {
        RequestUrl.expectOnly(query, NAMES);
        Map<String, String> given = new TreeMap<>();
        for (String name : NAMES) {
            String value = RequestUrl.parameter(query, name);
            if (value != null) {
                given.put(name, value);
            }
        }
        String before = given.get(BEFORE);
        return new AlertParameters(
                Map.copyOf(given),
                new AlertQuery(
                        account(given.get("account")),
                        limitId(given.get("limitId")),
                        type(given.get("type")),
                        limit(given.get("limit")),
                        before == null ? null : RecordPosition.parse(BEFORE, before)));
    }

    private static @Nullable String account(@Nullable String text) throws WireException {
        if (text != null && !ClientId.parse("account", text).account().equals(text)) {
            throw new WireException("account", "a client ID (expected: its first segment)");
        }
        return text;
    }

    private static @Nullable String limitId(@Nullable String text) throws WireException {
        if (text != null && (text.isEmpty() || text.length() > LIMIT_ID_CHARS_MAX)) {
            throw new WireException("limitId", text.length() + " characters (expected: 1.." + LIMIT_ID_CHARS_MAX + ")");
        }
        return text;
    }

    private static @Nullable Type type(@Nullable String text) throws WireException {
        if (text == null) {
            return null;
        }
        return switch (text) {
            case "threshold" -> Type.THRESHOLD;
            case "spike" -> Type.SPIKE;
            case "burn-rate" -> Type.BURN_RATE;
            default -> throw new WireException("type", "none of the types (expected: threshold, spike or burn-rate)");
        };
    }

    private static int limit(@Nullable String text) throws WireException {
        if (text == null) {
            return LIMIT;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= AlertQuery.LIMIT_MAX) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // Reported below, like a number that is out of range.
        }
        throw new WireException("limit", "not usable (expected: 1.." + AlertQuery.LIMIT_MAX + ")");
    }

    /** Where the next page is, with the same filter. */
    String nextPath(RecordPosition before) {
        Map<String, String> all = new TreeMap<>(given);
        all.put(BEFORE, before.text());
        return all.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + encoded(parameter.getValue()))
                .collect(Collectors.joining("&", PATH + "?", ""));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
