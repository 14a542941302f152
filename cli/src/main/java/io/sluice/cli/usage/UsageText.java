package io.sluice.cli.usage;

import io.sluice.cli.Counted;
import io.sluice.cli.admin.AdminClient.Answer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Usage and rankings as lines for a person. */
public final class UsageText {
    private static final String OTHERS = "(others)";

    private UsageText() {}

    /** A line for each window: requests by outcome, and tokens. */
    public static List<String> usage(Answer answer) {
        List<String> lines = new ArrayList<>();
        for (Object item : answer.list("windows")) {
            if (item instanceof Map<?, ?> window) {
                lines.add(window(window));
            }
        }
        if (lines.isEmpty()) {
            lines.add("no requests");
        }
        if (answer.body().containsKey("nextFromMillis")) {
            lines.add("more: --from " + at(answer.number("nextFromMillis")));
        }
        for (Object item : answer.list("forecast")) {
            if (item instanceof Map<?, ?> forecast) {
                lines.add(forecast(forecast));
            }
        }
        return lines;
    }

    private static String forecast(Map<?, ?> forecast) {
        String left = forecast.get("limitId") + ": " + number(forecast, "remaining") + " of "
                + number(forecast, "limit") + " left";
        return forecast.containsKey("emptyAtMillis")
                ? left + ", empty at " + at(number(forecast, "emptyAtMillis"))
                : left;
    }

    private static String window(Map<?, ?> window) {
        Map<String, Long> requests = new TreeMap<>();
        long charged = 0;
        if (window.get("rows") instanceof List<?> rows) {
            for (Object item : rows) {
                // Rows of limits count the same requests once more.
                if (item instanceof Map<?, ?> row && !row.containsKey("limitId")) {
                    requests.merge(String.valueOf(row.get("outcome")), number(row, "requests"), Long::sum);
                    charged += number(row, "charged");
                }
            }
        }
        StringBuilder line = new StringBuilder(at(number(window, "fromMillis")));
        requests.forEach((outcome, count) ->
                line.append("  ").append(outcome).append(' ').append(count));
        return line.append("  charged ")
                .append(charged)
                .append("  clients ")
                .append(number(window, "distinctClients"))
                .toString();
    }

    /** A line for each account. */
    public static List<String> accounts(Answer answer) {
        List<String> names =
                answer.list("accounts").stream().map(String::valueOf).toList();
        return names.isEmpty() ? List.of("none") : names;
    }

    /** A line for each rank. */
    static List<String> top(Answer answer) {
        List<String> lines = new ArrayList<>();
        lines.add("top by " + answer.text("by") + ", this " + answer.text("window") + ", from "
                + at(answer.number("fromMillis")));
        int rank = 0;
        for (Object item : answer.list("ranks")) {
            if (item instanceof Map<?, ?> entry) {
                rank++;
                Object key = entry.containsKey("account") ? entry.get("account") : entry.get("address");
                long error = number(entry, "error");
                lines.add(String.format(
                        Locale.ROOT,
                        "%4d  %12d  %s%s",
                        rank,
                        number(entry, "count"),
                        "".equals(key) ? OTHERS : key,
                        error == 0 ? "" : "  (at least " + (number(entry, "count") - error) + ")"));
            }
        }
        if (rank == 0) {
            lines.add("nobody yet");
        }
        if (answer.body().containsKey("accounts") && answer.number("accounts") > rank) {
            lines.add("of " + Counted.of(answer.number("accounts"), "account"));
        }
        return lines;
    }

    private static long number(Map<?, ?> members, String name) {
        return members.get(name) instanceof Long number ? number : 0;
    }

    private static String at(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
