package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.Bounds;

/**
 * The action of a limit on admissions that exceed it.
 *
 * @param maxWaitMillis how long after the decision the scheduled time of a throttled admission may come; 0 for the
 *     other actions
 */
public record ExceedPolicy(OnExceed action, long maxWaitMillis) {
    public static final ExceedPolicy DENIED = new ExceedPolicy(OnExceed.DENY, 0);

    public ExceedPolicy {
        boolean throttles = action == OnExceed.THROTTLE;
        Bounds.within("maxWait", maxWaitMillis, throttles ? 1 : 0, throttles ? Algorithm.DELAY_MILLIS_MAX : 0);
    }
}
