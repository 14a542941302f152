package io.sluice.api.usage;

import io.sluice.schemas.WireException;
import io.sluice.schemas.usage.UsageWindow;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A span of time, as a caller writes it: milliseconds since the epoch, or {@code 2026-11-29T00:00:00Z}. */
record TimeSpan(long fromMillis, long toMillis) {
    private static final int MINUTES = 60;
    private static final int HOURS = 24;
    private static final int DAYS = 30;

    static TimeSpan of(@Nullable String from, @Nullable String to, UsageWindow window, long nowMillis)
            throws WireException {
        // The window that is open is the last one.
        long toMillis = to == null ? window.startOf(nowMillis) + window.millis() : millis("to", to);
        long fromMillis = from == null ? toMillis - usual(window) * window.millis() : millis("from", from);
        return new TimeSpan(fromMillis, toMillis);
    }

    private static int usual(UsageWindow window) {
        return switch (window) {
            case MINUTE -> MINUTES;
            case HOUR -> HOURS;
            case DAY -> DAYS;
        };
    }

    private static long millis(String name, String text) throws WireException {
        try {
            boolean isNumber = !text.isEmpty() && text.chars().allMatch(Character::isDigit);
            return isNumber ? Long.parseLong(text) : Instant.parse(text).toEpochMilli();
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            throw new WireException(
                    name, "no time (expected: milliseconds since the epoch, or one like 2026-11-29T00:00:00Z)");
        }
    }
}
