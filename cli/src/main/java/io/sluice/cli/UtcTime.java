package io.sluice.cli;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Times of answers, for a person. */
public final class UtcTime {
    private UtcTime() {}

    /**
     * A time such as {@code 2026-11-30T02:29:06.208Z}.
     *
     * @param millis milliseconds since the epoch; anything but a number is a dash
     */
    public static String of(@Nullable Object millis) {
        return millis instanceof Long number ? Instant.ofEpochMilli(number).toString() : "-";
    }
}
