package io.sluice.engine.penalty;

import io.sluice.engine.bucket.Bounds;

/**
 * One rung of a ladder.
 *
 * @param action what it does
 * @param perMille the share of every limit that is left; 1000 unless it scales
 * @param millis how long it lasts
 */
public record PenaltyRung(PenaltyAction action, int perMille, long millis) {
    /** All of a limit. */
    public static final int WHOLE = 1_000;

    public static final long MILLIS_MIN = 1_000;
    public static final long MILLIS_MAX = 30L * 24 * 60 * 60 * 1000;

    public PenaltyRung {
        Bounds.within("scale", perMille, 1, WHOLE);
        Bounds.within("for", millis, MILLIS_MIN, MILLIS_MAX);
        if ((action == PenaltyAction.SCALE) == (perMille == WHOLE)) {
            throw new IllegalArgumentException("scale: " + perMille + " per mille (expected: less than "
                    + "all with action scale, and none with another)");
        }
    }
}
