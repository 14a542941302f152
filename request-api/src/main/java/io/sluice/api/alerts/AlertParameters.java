package io.sluice.api.alerts;

import io.sluice.api.http.PageParameters;
import io.sluice.client.alerts.AlertQuery;
import io.sluice.client.alerts.AlertQuery.Type;
import io.sluice.client.search.RecordPosition;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.ClientId;
import org.jspecify.annotations.Nullable;

/**
 * A caller's query for alerts, read from the URL.
 *
 * @param given the parameters
 * @param query the same
 */
record AlertParameters(PageParameters given, AlertQuery query) {
    static final String PATH = "/v1/alerts";

    private static final int LIMIT_ID_CHARS_MAX = 256;

    static AlertParameters of(@Nullable String query) throws WireException {
        PageParameters given =
                PageParameters.of(query, "account", "limitId", "type", PageParameters.LIMIT, PageParameters.BEFORE);
        String before = given.get(PageParameters.BEFORE);
        return new AlertParameters(
                given,
                new AlertQuery(
                        account(given.get("account")),
                        limitId(given.get("limitId")),
                        type(given.get("type")),
                        given.limit(AlertQuery.LIMIT_MAX),
                        before == null ? null : RecordPosition.parse(PageParameters.BEFORE, before)));
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

    /** Where the next page is, with the same filter. */
    String nextPath(RecordPosition before) {
        return given.nextPath(PATH, before.text());
    }
}
