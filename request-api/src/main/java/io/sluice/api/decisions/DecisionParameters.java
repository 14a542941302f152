package io.sluice.api.decisions;

import io.sluice.api.http.PageParameters;
import io.sluice.client.decisions.DecisionFilter;
import io.sluice.client.decisions.DecisionFilter.VerdictName;
import io.sluice.client.decisions.DecisionQuery;
import io.sluice.client.search.RecordPosition;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A caller's query for decisions of an account, read from the URL.
 *
 * @param given the parameters
 * @param query the same, for any account
 */
record DecisionParameters(PageParameters given, DecisionQuery query) {
    static DecisionParameters of(@Nullable String query) throws WireException {
        PageParameters given = PageParameters.of(
                query, "client", "verdict", "decision", "since", "until", PageParameters.LIMIT, PageParameters.BEFORE);
        return new DecisionParameters(given, read(given));
    }

    private static DecisionQuery read(PageParameters given) throws WireException {
        String client = given.get("client");
        String verdict = given.get("verdict");
        String decision = given.get("decision");
        String before = given.get(PageParameters.BEFORE);
        DecisionFilter filter = new DecisionFilter(
                client == null ? null : ClientId.parse("client", client),
                verdict == null ? null : verdict(verdict),
                decision == null ? null : DecisionId.parse("decision", decision));
        Long since = millis("since", given.get("since"));
        Long until = millis("until", given.get("until"));
        return new DecisionQuery(
                "",
                filter,
                since,
                until,
                given.limit(DecisionQuery.LIMIT_MAX),
                before == null ? null : position(before));
    }

    DecisionQuery query(String account) {
        return query.of(account);
    }

    private static RecordPosition position(String text) throws WireException {
        return RecordPosition.parse(PageParameters.BEFORE, text);
    }

    private static VerdictName verdict(String text) throws WireException {
        return switch (text) {
            case "allow" -> VerdictName.ALLOW;
            case "deny" -> VerdictName.DENY;
            default -> throw new WireException("verdict", "none of the verdicts (expected: allow or deny)");
        };
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
        return given.nextPath("/v1/accounts/" + PageParameters.encoded(account) + "/decisions", before.text());
    }
}
