package io.sluice.cli.rules.imports;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The windows of Envoy's rate limit service: fixed lengths, counted from the epoch. */
enum WindowUnit {
    SECOND(1, "1s"),
    MINUTE(60, "1m"),
    HOUR(3_600, "1h"),
    DAY(86_400, "1d"),
    WEEK(7 * 86_400, "1w"),
    MONTH(30 * 86_400, "30d"),
    YEAR(365 * 86_400, "365d");

    private final long seconds;
    private final String duration;

    WindowUnit(long seconds, String duration) {
        this.seconds = seconds;
        this.duration = duration;
    }

    long millis() {
        return seconds * 1_000;
    }

    /** The same length in a ruleset. */
    String duration() {
        return duration;
    }

    /** The unit of that name, in any case; null if there is none. */
    static @Nullable WindowUnit of(String text) {
        for (WindowUnit unit : values()) {
            if (unit.name().equals(text.toUpperCase(Locale.ROOT))) {
                return unit;
            }
        }
        return null;
    }
}
