package io.sluice.cli.access;

import io.sluice.cli.UtcTime;
import io.sluice.cli.admin.AdminClient.Answer;
import io.sluice.schemas.codec.DocumentTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Access entries as lines for a person. */
final class AccessText {
    private AccessText() {}

    static List<String> list(Answer answer) {
        List<String> lines = new ArrayList<>();
        for (Object item : answer.list("entries")) {
            if (item instanceof Map<?, ?> entry) {
                lines.add(line(entry));
            }
        }
        if (lines.isEmpty()) {
            lines.add("no access entries");
        }
        return lines;
    }

    static String added(Answer answer) {
        return "access entry " + line(answer.body());
    }

    private static String line(Map<?, ?> entry) {
        Map<?, ?> document = entry.get("entry") instanceof Map<?, ?> members ? members : Map.of();
        Map<Object, Object> subject = new LinkedHashMap<>(document);
        List.of("access", "for", "message").forEach(subject::remove);
        return entry.get("id") + ": " + document.get("access") + " " + DocumentTree.toJson(subject) + " until "
                + UtcTime.of(entry.get("untilMillis")) + ", by " + entry.get("author") + ": " + entry.get("reason");
    }
}
