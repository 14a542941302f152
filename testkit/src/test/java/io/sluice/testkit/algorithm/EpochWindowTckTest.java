package io.sluice.testkit.algorithm;

import io.sluice.engine.bucket.FixedWindow;
import io.sluice.engine.bucket.TokenBucket;
import io.sluice.engine.bucket.Window;
import java.math.BigInteger;

/** {@link FixedWindow} whose windows are counted from the epoch. */
final class EpochWindowTckTest extends AlgorithmTck {
    @Override
    Subject subject(TckRandom random) {
        long period = random.upTo(Window.PERIOD_MILLIS_MAX);
        long limit = random.upTo(TokenBucket.BURST_MAX);
        return new Subject(
                new FixedWindow(new Window.EpochAligned(period), limit),
                new FixedWindowModel(at -> spanHolding(at, period), limit, random.moment()));
    }

    private static FixedWindowModel.Span spanHolding(long atMillis, long periodMillis) {
        BigInteger period = BigInteger.valueOf(periodMillis);
        BigInteger start = BigInteger.valueOf(atMillis).divide(period).multiply(period);
        return new FixedWindowModel.Span(
                start.longValueExact(), start.add(period).longValueExact());
    }
}
