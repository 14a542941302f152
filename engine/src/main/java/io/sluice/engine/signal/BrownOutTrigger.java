package io.sluice.engine.signal;

import io.sluice.engine.bucket.Bounds;

/**
 * The conditions under which a signal switches a brown-out on and off.
 *
 * @param signal the name of the signal
 * @param badForMillis how long it must be bad without a break before the brown-out begins
 * @param goodForMillis how long it must be good without a break before the brown-out ends
 */
public record BrownOutTrigger(String signal, long badForMillis, long goodForMillis) {
    public static final long MILLIS_MAX = 24L * 60 * 60 * 1_000;

    public BrownOutTrigger {
        Bounds.within("badFor", badForMillis, 0, MILLIS_MAX);
        Bounds.within("goodFor", goodForMillis, 0, MILLIS_MAX);
    }
}
