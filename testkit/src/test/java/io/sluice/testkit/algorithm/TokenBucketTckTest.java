package io.sluice.testkit.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.bucket.Rate;
import io.sluice.engine.bucket.TokenBucket;

/** {@link TokenBucket} against {@link BucketModel}, with tokens given back. */
final class TokenBucketTckTest extends AlgorithmTck {
    @Override
    Subject subject(TckRandom random) {
        long period = random.upTo(Rate.PERIOD_MILLIS_MAX);
        long tokens = random.upTo(Math.min(Rate.TOKENS_MAX, period * Rate.TOKENS_PER_MILLI_MAX));
        long burst = random.upTo(TokenBucket.BURST_MAX);
        return new Subject(
                new TokenBucket(new Rate(tokens, period), burst),
                new TokenModel(tokens, period, burst, random.moment()));
    }

    @Override
    void assertMetEverything(Met met) {
        super.assertMetEverything(met);
        assertThat(met.saturated).as("waits beyond the longest told").isGreaterThan(10_000);
    }
}
