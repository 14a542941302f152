package io.sluice.testkit.algorithm;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.Charge;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * {@link BucketModel} as the compatibility kit calls it. What is given back was never taken: the model replays the
 * bucket's whole life without it.
 */
public final class TokenModel implements AlgorithmModel {
    private record Taken(long atMillis, long slotId, long tokens) {}

    private final Supplier<BucketModel> untouched;
    private final List<Taken> history = new ArrayList<>();
    private BucketModel level;
    private final long windowMillis;

    public TokenModel(long tokens, long periodMillis, long burst, long nowMillis) {
        this.untouched = () -> new BucketModel(tokens, periodMillis, burst, nowMillis);
        this.level = untouched.get();
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
    public long balance() {
        return level.balance();
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
        level.debit(cost);
        history.add(new Taken(level.nowMillis(), slotId, cost));
    }

    @Override
    public void giveBack(Charge charge, long cost) {
        long nowMillis = level.nowMillis();
        history.replaceAll(taken -> taken.slotId() == charge.slotId()
                ? new Taken(taken.atMillis(), taken.slotId(), taken.tokens() - cost)
                : taken);
        level = untouched.get();
        for (Taken taken : history) {
            level.advance(taken.atMillis());
            level.debit(taken.tokens());
        }
        level.advance(nowMillis);
    }
}
