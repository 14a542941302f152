package io.sluice.cli.accounts;

import io.sluice.cli.Printable;
import io.sluice.cli.UtcTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decision records as lines for a person, or as a table for a spreadsheet.
 *
 * <p>Names come from callers. So lines have no control characters, and no cell of the table begins like a formula.
 */
final class DecisionTable {
    /** The characters that begin a formula in a spreadsheet. */
    private static final String FORMULA_BEGINS = "=+-@|%\uff1d\uff0b\uff0d\uff20";

    private static final List<String> COLUMNS = List.of(
            "recordedAt",
            "partition",
            "offset",
            "kind",
            "decisionId",
            "clientId",
            "verdict",
            "reasonCode",
            "cost",
            "allowed",
            "denied",
            "charged",
            "limitId",
            "limit",
            "remaining",
            "rulesetRevision",
            "tier",
            "requestId");

    private DecisionTable() {}

    static List<String> text(List<?> items) {
        List<String> lines = new ArrayList<>();
        for (Object item : items) {
            if (item instanceof Map<?, ?> entry) {
                lines.add(line(entry));
            }
        }
        return lines;
    }

    private static String line(Map<?, ?> entry) {
        String head =
                UtcTime.of(entry.get("recordedAtMillis")) + "  " + entry.get("partition") + "@" + entry.get("offset");
        if (!(entry.get("record") instanceof Map<?, ?> record)) {
            return Printable.line(head + "  unknown  " + entry.get("unknown"));
        }
        Object client = record.get("clientId") == null ? record.get("account") : record.get("clientId");
        return Printable.line(head + "  " + kind(record) + "  " + client + "  " + outcome(record)
                + shown("decision", record.get("decisionId")) + shown("revision", record.get("rulesetRevision"))
                + limits(record) + penalty(record));
    }

    private static String outcome(Map<?, ?> record) {
        String counts = record.get("allowed") + " allowed, " + record.get("denied") + " denied, "
                + record.get("charged") + " charged";
        return switch (kind(record)) {
            case "decision", "batch" ->
                record.get("verdict") + " " + record.get("reasonCode") + shown("cost", record.get("cost"));
            case "lease" ->
                record.get("granted") + " granted, of " + record.get("cost") + " and " + record.get("prefetch")
                        + " ahead";
            default -> record.get("outcome") + ": " + counts;
        };
    }

    private static String shown(String name, @Nullable Object value) {
        return value == null ? "" : ", " + name + " " + value;
    }

    /** What each limit had left afterwards; the deciding one is marked. */
    private static String limits(Map<?, ?> record) {
        if (!(record.get("limits") instanceof List<?> limits) || limits.isEmpty()) {
            return "";
        }
        return limits.stream()
                .filter(Map.class::isInstance)
                .map(limit -> limit((Map<?, ?>) limit, record.get("limitId")))
                .collect(Collectors.joining("; ", "  [", "]"));
    }

    private static String limit(Map<?, ?> limit, @Nullable Object deciding) {
        Object id = limit.get("id");
        return (id != null && id.equals(deciding) ? "*" : "") + id + " " + limit.get("remaining") + "/"
                + limit.get("limit");
    }

    /** The penalty that has refused the request, or has made it cost more, or would have. */
    private static String penalty(Map<?, ?> record) {
        if (!(record.get("penalty") instanceof Map<?, ?> penalty)) {
            return "";
        }
        return "  (penalty " + penalty.get("id") + ", rung " + penalty.get("rung") + " of " + penalty.get("rungs")
                + ", until " + UtcTime.of(penalty.get("untilMillis"))
                + ("shadow".equals(penalty.get("mode")) ? ", in shadow)" : ")");
    }

    private static String kind(Map<?, ?> record) {
        Object type = record.get("type");
        return type == null ? "decision" : type.toString();
    }

    static List<String> csv(List<?> items) {
        List<String> lines = new ArrayList<>();
        lines.add(String.join(",", COLUMNS));
        for (Object item : items) {
            if (item instanceof Map<?, ?> entry) {
                lines.add(COLUMNS.stream()
                        .map(column -> cell(value(entry, column)))
                        .collect(Collectors.joining(",")));
            }
        }
        return lines;
    }

    private static @Nullable Object value(Map<?, ?> entry, String column) {
        Map<?, ?> record = entry.get("record") instanceof Map<?, ?> known ? known : Map.of();
        return switch (column) {
            case "recordedAt" -> UtcTime.of(entry.get("recordedAtMillis"));
            case "partition", "offset" -> entry.get(column);
            case "kind" -> entry.get("record") == null ? "unknown" : kind(record);
            default -> record.get(column);
        };
    }

    /** Numbers are as they are, and texts are quoted if they must be. */
    static String cell(@Nullable Object value) {
        if (value == null || value instanceof Number) {
            return value == null ? "" : value.toString();
        }
        String text = Printable.line(value.toString());
        String begin = text.stripLeading();
        if (!begin.isEmpty() && FORMULA_BEGINS.indexOf(begin.charAt(0)) >= 0) {
            text = "'" + text;
        }
        return text.matches("[^\",;']*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
