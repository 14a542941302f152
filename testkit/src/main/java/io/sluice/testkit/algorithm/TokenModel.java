package io.sluice.testkit.algorithm;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.Charge;
import java.math.BigInteger;

/** {@link BucketModel} as the compatibility kit asks it. */
public final class TokenModel implements AlgorithmModel {
    private final BucketModel level;
    private final long windowMillis;

    public TokenModel(long tokens, long periodMillis, long burst, long nowMillis) {
        this.level = new BucketModel(tokens, periodMillis, burst, nowMillis);
        BigInteger product = BigInteger.valueOf(burst).multiply(BigInteger.valueOf(periodMillis));
        BigInteger[] window = product.divideAndRemainder(BigInteger.valueOf(tokens));
        this.windowMillis = window[0]
                .add(BigInteger.valueOf(window[1].signum()))
                .min(BigInteger.valueOf(Algorithm.WAIT_MILLIS_MAX))
                .longValueExact();
    }

    @Override
    public long nowMillis() {
        return level.nowMillis();
    }

    @Override
    public void advance(long toMillis) {
        level.advance(toMillis);
    }

    @Override
    public boolean admitsAfter(long millis, long cost) {
        return level.holdsAfter(millis, cost);
    }

    @Override
    public long remaining() {
        return level.remaining();
    }

    @Override
    public boolean isFullAfter(long millis) {
        return level.isFullAfter(millis);
    }

    @Override
    public long windowMillis() {
        return windowMillis;
    }

    @Override
    public long boundaryMillis() {
        return level.nextTokenMillis();
    }

    @Override
    public void charge(long cost, long slotId) {
        level.take(cost);
    }

    @Override
    public void giveBack(Charge charge, long cost) {
        level.putBack(cost);
    }
}
