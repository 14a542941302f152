package io.sluice.testkit.algorithm;

import io.sluice.engine.bucket.SlidingWindowLog;
import io.sluice.engine.bucket.Window;

/** {@link SlidingWindowLog} against the sum of all charges within the window. */
final class SlidingWindowLogTckTest extends AlgorithmTck {
    @Override
    Subject subject(TckRandom random) {
        long period = random.upTo(Window.PERIOD_MILLIS_MAX);
        long limit = random.upTo(SlidingWindowLog.LIMIT_MAX);
        return new Subject(new SlidingWindowLog(period, limit), new LifetimeModel(period, limit, random.moment()));
    }
}
