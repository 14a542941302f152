package io.sluice.engine.signal;

import io.sluice.engine.bucket.Bounds;

/**
 * A report that a service is good or bad.
 *
 * @param signal what is reported, by its name
 * @param good whether all is well
 * @param validMillis how long the report counts, unless another one comes
 * @param atMillis the reporter's own time; it names the report among all of this signal
 */
public record SignalReport(String signal, boolean good, long validMillis, long atMillis) {
    public static final long VALID_MILLIS_MIN = 1_000;
    public static final long VALID_MILLIS_MAX = 60L * 60 * 1_000;

    public SignalReport {
        Bounds.within("validMillis", validMillis, VALID_MILLIS_MIN, VALID_MILLIS_MAX);
    }
}
