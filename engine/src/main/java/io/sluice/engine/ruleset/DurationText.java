package io.sluice.engine.ruleset;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The durations of a ruleset document: a whole number and a unit, such as {@code 500ms}, {@code 1s} or {@code 30d}. */
final class DurationText {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})(ms|s|m|h|d|w)");
    private static final Map<String, Long> MILLIS_BY_UNIT =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L, "w", 604_800_000L);

    private static final List<String> UNITS = List.of("w", "d", "h", "m", "s", "ms");

    private DurationText() {}

    /**
     * The duration of that name in a document, in milliseconds; null if there is none within the bounds, which is then
     * noted.
     */
    static @Nullable Long read(DocumentSection section, String name, long minMillis, long maxMillis) {
        if (section.raw(name) instanceof Number number) {
            section.problem(name, number + " (expected: a number with a unit, such as " + number + "s)");
            return null;
        }
        return section.parsed(name, it -> {
            String text = it.text(name, shown(minMillis));
            long millis = toMillis(text);
            if (millis < minMillis || millis > maxMillis) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" (expected: " + shown(minMillis) + ".." + shown(maxMillis) + ")");
            }
            return millis;
        });
    }

    /** A duration in the largest unit of which it is a whole number. */
    private static String shown(long millis) {
        for (String unit : UNITS) {
            long perUnit = MILLIS_BY_UNIT.getOrDefault(unit, 1L);
            if (millis % perUnit == 0) {
                return millis / perUnit + unit;
            }
        }
        return millis + "ms";
    }

    /**
     * Returns the duration in milliseconds.
     *
     * @throws IllegalArgumentException if the text has another form or does not fit
     */
    static long toMillis(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" (expected: a number and one of ms, s, m, h, d, w, such as 30s)");
        }
        long perUnit = MILLIS_BY_UNIT.getOrDefault(form.group(2), 0L);
        long count = Long.parseLong(form.group(1));
        if (count > Long.MAX_VALUE / perUnit) {
            throw new IllegalArgumentException("\"" + text + "\" (expected: a shorter duration)");
        }
        return count * perUnit;
    }
}
