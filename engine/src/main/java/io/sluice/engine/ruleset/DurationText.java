package io.sluice.engine.ruleset;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The durations of a ruleset document: a whole number and a unit, such as {@code 500ms}, {@code 1s} or {@code 30d}. */
final class DurationText {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})(ms|s|m|h|d|w)");
    private static final Map<String, Long> MILLIS_BY_UNIT =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L, "w", 604_800_000L);

    private DurationText() {}

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
