package io.sluice.testkit.algorithm;

import io.sluice.engine.bucket.LeakyBucket;
import io.sluice.engine.bucket.Rate;

/** {@link LeakyBucket} against the departure times of its queue. */
final class LeakyBucketTckTest extends AlgorithmTck {
    @Override
    Subject subject(TckRandom random) {
        // Short queues: the model knows each token by itself. Sizes beyond a long are in LeakyBucketSpecTest.
        int queue = (int) random.upTo(16);
        long period = random.upTo(Rate.PERIOD_MILLIS_MAX);
        long tokens = random.upTo(Math.min(1_000_000, period * Rate.TOKENS_PER_MILLI_MAX));
        return new Subject(
                new LeakyBucket(new Rate(tokens, period), queue),
                new LeakyModel(tokens, period, queue, random.moment()));
    }
}
