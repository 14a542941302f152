package io.sluice.testkit.algorithm;

import java.math.BigInteger;

/**
 * A sliding counter from its definition: every charge is weighed separately by how much of its window still counts, and
 * the fractions are compared without a division.
 */
public final class SlidingCounterModel extends ChargesModel {
    private final BigInteger period;

    public SlidingCounterModel(long periodMillis, long limit, long nowMillis) {
        super(limit, nowMillis);
        this.period = BigInteger.valueOf(periodMillis);
    }

    /** What is in use, in 1/period of a token. */
    private BigInteger usedPartsAt(long atMillis) {
        BigInteger sum = BigInteger.ZERO;
        for (Taken charge : history()) {
            if (counts(charge, atMillis)) {
                sum = sum.add(BigInteger.valueOf(charge.left).multiply(weightAt(charge, atMillis)));
            }
        }
        return sum;
    }

    /** The whole period in the charge's own window, fading evenly to nothing over the next. */
    private BigInteger weightAt(Taken charge, long atMillis) {
        long fadedMillis = atMillis - fadesFromMillis(charge);
        return fadedMillis <= 0 ? period : period.subtract(BigInteger.valueOf(fadedMillis));
    }

    private long fadesFromMillis(Taken charge) {
        long periodMillis = period.longValue();
        return (charge.atMillis / periodMillis + 1) * periodMillis;
    }

    private boolean counts(Taken charge, long atMillis) {
        return charge.left > 0 && fadesFromMillis(charge) + period.longValue() > atMillis;
    }

    /** A fraction in use takes a whole token away, since a request can only take whole ones. */
    @Override
    long usedAt(long atMillis) {
        BigInteger[] used = usedPartsAt(atMillis).divideAndRemainder(period);
        return used[0].longValueExact() + used[1].signum();
    }

    @Override
    public boolean admitsAfter(long millis, long cost) {
        BigInteger wanted =
                usedPartsAt(nowMillis() + millis).add(BigInteger.valueOf(cost).multiply(period));
        return cost == 0 || wanted.compareTo(BigInteger.valueOf(limit).multiply(period)) <= 0;
    }

    @Override
    public long windowMillis() {
        return period.longValue();
    }

    @Override
    public long boundaryMillis() {
        BigInteger windows = BigInteger.valueOf(nowMillis()).divide(period).add(BigInteger.ONE);
        return windows.multiply(period).longValueExact();
    }
}
