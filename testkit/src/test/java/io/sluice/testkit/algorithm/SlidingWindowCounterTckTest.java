package io.sluice.testkit.algorithm;

import io.sluice.engine.bucket.SlidingWindowCounter;
import io.sluice.engine.bucket.TokenBucket;
import io.sluice.engine.bucket.Window;

/** {@link SlidingWindowCounter} against charges that are weighed one by one. */
final class SlidingWindowCounterTckTest extends AlgorithmTck {
    @Override
    Subject subject(TckRandom random) {
        long period = random.upTo(Window.PERIOD_MILLIS_MAX);
        long limit = random.upTo(TokenBucket.BURST_MAX);
        return new Subject(
                new SlidingWindowCounter(period, limit), new SlidingCounterModel(period, limit, random.moment()));
    }
}
