package io.sluice.cli.admin;

import io.sluice.cli.admin.AdminClient.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** One page of a list as lines for a person, and how to get the next one. */
public final class ListText {
    private ListText() {}

    /**
     * A line for each item.
     *
     * @param member where the answer has the items
     * @param number the member of an item that names its place, for {@code --before}
     * @param none what is said of an empty list
     */
    public static List<String> lines(
            Answer answer, String member, String number, String none, Function<Map<?, ?>, String> line) {
        List<String> lines = new ArrayList<>();
        Object last = null;
        for (Object item : answer.list(member)) {
            if (item instanceof Map<?, ?> tree) {
                lines.add(line.apply(tree));
                last = tree.get(number);
            }
        }
        if (lines.isEmpty()) {
            lines.add(none);
        }
        if (answer.body().containsKey("next")) {
            lines.add("older: --before " + last);
        }
        return lines;
    }
}
