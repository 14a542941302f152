package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.Bounds;

/**
 * What a limit does about admissions that exceed it.
 *
 * @param maxWaitMillis how long after the decision the turn of a throttled admission may come; 0 for the other actions
 */
public record Exceeding(OnExceed action, long maxWaitMillis) {
    public static final Exceeding DENIED = new Exceeding(OnExceed.DENY, 0);

    public Exceeding {
        boolean throttles = action == OnExceed.THROTTLE;
        Bounds.within("maxWait", maxWaitMillis, throttles ? 1 : 0, throttles ? Algorithm.AHEAD_MILLIS_MAX : 0);
    }
}
