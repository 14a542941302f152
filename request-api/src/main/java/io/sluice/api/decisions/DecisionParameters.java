package io.sluice.api.decisions;

import io.sluice.api.http.RequestUrl;
import io.sluice.client.decisions.DecisionFilter;
import io.sluice.client.decisions.DecisionFilter.VerdictName;
import io.sluice.client.decisions.DecisionQuery;
import io.sluice.client.decisions.RecordPosition;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks of an account's decisions, as the address has it.
 *
 * @param given the parameters by name, decoded
 * @param query the same, for any account
 */
record DecisionParameters(Map<String, String> given, DecisionQuery query) {
    private static final int LIMIT = 50;
    private static final String BEFORE = "before";
    private static final String[] NAMES = {"client", "verdict", "decision", "since", "until", "limit", BEFORE};

    static DecisionParameters of(@Nullable String query) throws WireException {
        RequestUrl.expectOnly(query, NAMES);
        Map<String, String> given = new TreeMap<>();
        for (String name : NAMES) {
            String value = RequestUrl.parameter(query, name);
            if (value != null) {
                given.put(name, value);
            }
        }
        return new DecisionParameters(Map.copyOf(given), read(given));
    }

    private static DecisionQuery read(Map<String, String> given) throws WireException {
        String client = given.get("client");
        String verdict = given.get("verdict");
        String decision = given.get("decision");
        String before = given.get(BEFORE);
        DecisionFilter filter = new DecisionFilter(
                client == null ? null : ClientId.parse("client", client),
                verdict == null ? null : verdict(verdict),
                decision == null ? null : DecisionId.parse("decision", decision));
        Long since = millis("since", given.get("since"));
        Long until = millis("until", given.get("until"));
        return new DecisionQuery(
                "", filter, since, until, limit(given.get("limit")), before == null ? null : position(before));
    }

    DecisionQuery query(String account) {
        return query.of(account);
    }

    private static RecordPosition position(String text) throws WireException {
        return RecordPosition.parse(BEFORE, text);
    }

    private static VerdictName verdict(String text) throws WireException {
        return switch (text) {
            case "allow" -> VerdictName.ALLOW;
            case "deny" -> VerdictName.DENY;
            default -> throw new WireException("verdict", "none of the verdicts (expected: allow or deny)");
        };
    }

    private static int limit(@Nullable String text) throws WireException {
        if (text == null) {
            return LIMIT;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= DecisionQuery.LIMIT_MAX) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // Reported below, like a number that is out of range.
        }
        throw new WireException("limit", "not usable (expected: 1.." + DecisionQuery.LIMIT_MAX + ")");
    }

    private static @Nullable Long millis(String name, @Nullable String text) throws WireException {
        if (text == null) {
            return null;
        }
        try {
            boolean isNumber = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
            long millis = isNumber ? Long.parseLong(text) : Instant.parse(text).toEpochMilli();
            if (millis >= 0) {
                return millis;
            }
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            // Reported below, like a time before the epoch.
        }
        throw new WireException(
                name, "no time (expected: milliseconds since the epoch, or one like 2026-11-29T00:00:00Z)");
    }

    /** Where the next page is, with the same filter. */
    String nextPath(String account, RecordPosition before) {
        Map<String, String> all = new TreeMap<>(given);
        all.put(BEFORE, before.text());
        return all.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + encoded(parameter.getValue()))
                .collect(Collectors.joining("&", "/v1/accounts/" + encoded(account) + "/decisions?", ""));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
