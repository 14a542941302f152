package io.sluice.testkit.algorithm;

import io.sluice.engine.bucket.FixedWindow;
import io.sluice.engine.bucket.TokenBucket;
import io.sluice.engine.bucket.Window;

/** {@link FixedWindow} whose windows begin with the first charge, against a replay of everything. */
final class FirstHitWindowTckTest extends AlgorithmTck {
    @Override
    Subject subject(TckRandom random) {
        long period = random.upTo(Window.PERIOD_MILLIS_MAX);
        long limit = random.upTo(TokenBucket.BURST_MAX);
        return new Subject(
                new FixedWindow(new Window.FirstHit(period), limit), new FirstHitModel(period, limit, random.moment()));
    }
}
