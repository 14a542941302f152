package io.sluice.schemas.control;

import java.util.regex.Pattern;

/**
 * A report of a health signal: a service is good or bad. The same signed record goes into every request partition.
 *
 * @param signal the signal's name
 * @param good whether all is well
 * @param validMillis how long the report counts, unless another one comes
 * @param nowMillis the front end's time; a partition skips a report that does not agree with its timestamp, or is not
 *     later than the one before
 * @param principal who reports it, as authenticated by the front end
 */
public record SignalRecord(String signal, boolean good, long validMillis, long nowMillis, String principal) {
    public static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    public static final long VALID_MILLIS_MIN = 1_000;
    public static final long VALID_MILLIS_MAX = 60L * 60 * 1_000;
    /** How long a report is valid by default. */
    public static final long VALID_MILLIS = 30_000;
}
