package io.sluice.cli.alerts;

import io.sluice.cli.UtcTime;
import io.sluice.cli.admin.AdminClient.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Alerts and penalties as lines for a person. */
final class AlertText {
    private static final double PER_MILLE_IN_PERCENT = 10.0;

    private AlertText() {}

    static List<String> alerts(Answer answer) {
        List<String> lines = new ArrayList<>();
        for (Object item : answer.list("records")) {
            if (item instanceof Map<?, ?> record) {
                lines.add(record(record));
            }
        }
        if (lines.isEmpty()) {
            lines.add("no alerts");
        }
        if (answer.body().containsKey("before")) {
            lines.add("older: --before " + answer.text("before"));
        }
        return lines;
    }

    private static String record(Map<?, ?> record) {
        String where = "  (" + record.get("partition") + "-" + record.get("offset") + ")";
        if (!(record.get("alert") instanceof Map<?, ?> alert)) {
            return UtcTime.of(record.get("recordedAtMillis")) + "  not readable: " + record.get("unknown") + where;
        }
        return UtcTime.of(alert.get("decidedAtMillis")) + "  " + told(alert) + where;
    }

    private static String told(Map<?, ?> alert) {
        if ("spike".equals(alert.get("type"))) {
            return "spike  " + alert.get("account") + (alert.get("limitId") == null ? "" : "  " + alert.get("limitId"))
                    + ": " + alert.get("requests") + " requests, " + alert.get("refused") + " refused (usual: "
                    + alert.get("usualRequests") + ")";
        }
        if ("burn-rate".equals(alert.get("type"))) {
            return "burn-rate  " + alert.get("account") + "  " + alert.get("limitId") + ": " + alert.get("remaining")
                    + " of " + alert.get("limit") + " left, empty at " + UtcTime.of(alert.get("emptyAtMillis"))
                    + " at this pace";
        }
        Object scope = alert.get("scope");
        return "threshold  " + alert.get("account") + "  " + alert.get("limitId")
                + (scope == null || "".equals(scope) ? "" : " (" + scope + ")") + ": "
                + percent(alert.get("thresholdPerMille")) + " reached, " + alert.get("used") + " of "
                + alert.get("capacity") + " used" + ("shadow".equals(alert.get("mode")) ? ", in shadow" : "");
    }

    private static String percent(@Nullable Object perMille) {
        return perMille instanceof Long number
                ? String.format(Locale.ROOT, number % 10 == 0 ? "%.0f%%" : "%.1f%%", number / PER_MILLE_IN_PERCENT)
                : "-";
    }

    static List<String> penalties(Answer answer) {
        List<String> lines = new ArrayList<>();
        for (Object item : answer.list("penalties")) {
            if (item instanceof Map<?, ?> penalty) {
                lines.add(penalty(penalty));
            }
        }
        if (lines.isEmpty()) {
            lines.add("no penalties");
        }
        if (answer.number("dropped") > 0) {
            lines.add(answer.number("dropped") + " more were forgotten");
        }
        if (answer.body().containsKey("next")) {
            Object last = answer.list("penalties").get(answer.list("penalties").size() - 1);
            lines.add("older: --before " + (last instanceof Map<?, ?> penalty ? penalty.get("offset") : "?") + ", of "
                    + answer.number("count"));
        }
        return lines;
    }

    private static String penalty(Map<?, ?> penalty) {
        Object client = penalty.get("clientId");
        String until = Boolean.TRUE.equals(penalty.get("mayBeOver"))
                ? "until at least " + UtcTime.of(penalty.get("untilMillis")) + ", may be over"
                : "until " + (Boolean.TRUE.equals(penalty.get("extends")) ? "at least " : "")
                        + UtcTime.of(penalty.get("untilMillis"));
        return (client == null ? "account " + penalty.get("account") : "client " + client) + "  "
                + penalty.get("penaltyId") + ", rung " + penalty.get("rung") + " of " + penalty.get("rungs") + " ("
                + penalty.get("effect") + ") " + until + ("shadow".equals(penalty.get("mode")) ? ", in shadow" : "")
                + ", since " + penalty.get("trigger") + "  (" + penalty.get("partition") + "-" + penalty.get("offset")
                + ")";
    }
}
