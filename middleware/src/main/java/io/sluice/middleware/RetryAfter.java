package io.sluice.middleware;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/** The header field {@code Retry-After} (RFC 9110), in seconds or as a date. */
final class RetryAfter {
    private static final Pattern SECONDS = Pattern.compile("[0-9]+");
    /** More digits are as good as for ever, and no number of milliseconds. */
    private static final int DIGITS_MAX = 9;

    private RetryAfter() {}

    /** The milliseconds that a server asks for; 0 if it asks for none, or in a way that nobody can read. */
    static long millis(String field, Instant now) {
        String value = field.strip();
        if (SECONDS.matcher(value).matches()) {
            return value.length() > DIGITS_MAX ? Long.MAX_VALUE : Long.parseLong(value) * 1_000;
        }
        if (value.isEmpty()) {
            return 0;
        }
        try {
            Instant then = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Math.max(0, then.toEpochMilli() - now.toEpochMilli());
        } catch (DateTimeException e) {
            return 0;
        }
    }
}
