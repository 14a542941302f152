package io.sluice.testkit.algorithm;

import io.sluice.engine.bucket.Concurrency;
import io.sluice.engine.bucket.Window;

/** {@link Concurrency} against a list of everything that was ever in flight. */
final class ConcurrencyTckTest extends AlgorithmTck {
    @Override
    Subject subject(TckRandom random) {
        long ttl = random.upTo(Window.PERIOD_MILLIS_MAX);
        long limit = random.upTo(Concurrency.LIMIT_MAX);
        return new Subject(new Concurrency(limit, ttl), new LifetimeModel(ttl, limit, random.moment()));
    }

    @Override
    long leastBelowEmpty() {
        return -1;
    }
}
