package io.sluice.cli.rules;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An explanation as a table for a person, the deciding limit marked.
 *
 * <pre>
 *   deny: limit writes has 0 of 5 tokens left, 1 asked for; enough in 1000 ms
 *   client acme/alice, tier free, revision 7
 *     LIMIT       SCOPE       BEFORE  AFTER  OF  WHY
 *   * writes      acme/alice  0       0      5   refuses, enough in 1000 ms; enforced for every account
 *     reads       -           -       -      -   method: "POST" (expected: GET)
 * </pre>
 */
final class ExplainText {
    private static final List<String> HEAD = List.of("", "LIMIT", "SCOPE", "BEFORE", "AFTER", "OF", "WHY");
    private static final String NONE = "-";

    private ExplainText() {}

    static List<String> lines(Map<?, ?> explanation) {
        Map<?, ?> details = members(explanation.get("answer"));
        List<String> lines = new ArrayList<>();
        lines.add(details.get("verdict") + ": " + details.get("reason"));
        lines.add("client " + explanation.get("clientId") + ", tier " + details.get("tier") + ", revision "
                + details.get("rulesetRevision"));
        penalty(members(details.get("penalty"))).ifPresent(lines::add);
        brownOut(members(explanation.get("brownOut"))).ifPresent(lines::add);
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        List<?> explained = explanation.get("explained") instanceof List<?> list ? list : List.of();
        boolean asksLimits = explained.stream().anyMatch(limit -> members(limit).containsKey("before"));
        for (Object limit : explained) {
            rows.add(row(members(limit), asksLimits));
        }
        lines.addAll(table(rows));
        if (Boolean.TRUE.equals(explanation.get("truncated"))) {
            lines.add("(" + (rows.size() - 1) + " of " + explanation.get("limitsTotal") + " limits)");
        }
        return lines;
    }

    /** A penalty that changes nothing but the limits, or nothing at all; one that refuses is the reason already. */
    private static Optional<String> penalty(Map<?, ?> penalty) {
        if (penalty.isEmpty()) {
            return Optional.empty();
        }
        String shadow = "shadow".equals(penalty.get("mode")) ? ", in shadow" : "";
        String until = penalty.get("untilMillis") instanceof Long millis
                ? Instant.ofEpochMilli(millis).toString()
                : NONE;
        return Optional.of("penalty " + penalty.get("id") + ", rung " + penalty.get("rung") + " of "
                + penalty.get("rungs") + " (" + penalty.get("action") + ") until " + until + shadow);
    }

    private static Optional<String> brownOut(Map<?, ?> cause) {
        return cause.isEmpty() || !(cause.get("scalePerMille") instanceof Long perMille)
                ? Optional.empty()
                : Optional.of("brown-out by signal " + cause.get("signal") + ": limits are at " + perMille / 10 + "."
                        + perMille % 10 + "%, so requests cost more");
    }

    private static List<String> row(Map<?, ?> limit, boolean asksLimits) {
        String id = String.valueOf(limit.get("id"));
        if (!Boolean.TRUE.equals(limit.get("matched"))) {
            return List.of("", id, NONE, NONE, NONE, NONE, String.valueOf(limit.get("mismatch")));
        }
        return List.of(
                Boolean.TRUE.equals(limit.get("decides")) ? "*" : "",
                id,
                text(limit.get("scope")),
                text(limit.get("before")),
                text(limit.get("after")),
                text(limit.get("limit")),
                why(limit, asksLimits));
    }

    private static String why(Map<?, ?> limit, boolean asksLimits) {
        String overridden = Boolean.TRUE.equals(limit.get("overridden")) ? "; overridden for this account" : "";
        return said(limit, asksLimits) + limit.get("enforcement") + overridden;
    }

    private static String said(Map<?, ?> limit, boolean asksLimits) {
        if (!limit.containsKey("before")) {
            // Its partition knows, and explanations ask no other one.
            return asksLimits
                    ? "not evaluated, since all accounts share it; "
                    : "not evaluated, since a list or a penalty decides; ";
        }
        if (!(limit.get("retryAfterMillis") instanceof Long waitMillis)) {
            return "refuses, no wait helps; ";
        }
        return waitMillis == 0 ? "" : "refuses, enough in " + waitMillis + " ms; ";
    }

    private static String text(@Nullable Object value) {
        return value == null || value.toString().isEmpty() ? NONE : value.toString();
    }

    private static List<String> table(List<List<String>> rows) {
        int[] widths = new int[HEAD.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + (i == 0 ? 1 : 2)));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private static Map<?, ?> members(@Nullable Object value) {
        return value instanceof Map<?, ?> members ? members : Map.of();
    }
}
