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
    /** No cost is scaled above this: it is far above what any bucket of a sensible limit holds. */
    public static final long SCALED_COST_MAX = 1_000_000_000_000L;

    public PenaltyRung {
        Bounds.within("scale", perMille, 1, WHOLE);
        Bounds.within("for", millis, MILLIS_MIN, MILLIS_MAX);
        if ((action == PenaltyAction.SCALE) == (perMille == WHOLE)) {
            throw new IllegalArgumentException("scale: " + perMille + " per mille (expected: less than "
                    + "all with action scale, and none with another)");
        }
    }

    /** What a limit takes for this cost, rounded up: at a tenth of every limit, ten times as much. */
    public long scaled(long cost) {
        return Math.min(SCALED_COST_MAX, (cost * WHOLE + perMille - 1) / perMille);
    }
}
