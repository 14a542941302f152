package io.sluice.testkit.algorithm;

/**
 * What a sliding log and a concurrency limit have in common: each charge counts for {@code lifetimeMillis} after its
 * moment, so that every window of that length, wherever it begins, holds no more than the limit.
 */
public final class LifetimeModel extends ChargesModel {
    private final long lifetimeMillis;

    public LifetimeModel(long lifetimeMillis, long limit, long nowMillis) {
        super(limit, nowMillis);
        this.lifetimeMillis = lifetimeMillis;
    }

    private boolean counts(Taken charge, long atMillis) {
        return atMillis - lifetimeMillis < charge.atMillis;
    }

    @Override
    long usedAt(long atMillis) {
        long used = 0;
        for (Taken charge : history()) {
            used += counts(charge, atMillis) ? charge.left : 0;
        }
        return used;
    }

    @Override
    public long windowMillis() {
        return lifetimeMillis;
    }

    @Override
    public long boundaryMillis() {
        for (Taken charge : history()) {
            if (charge.left > 0 && counts(charge, nowMillis())) {
                return charge.atMillis + lifetimeMillis;
            }
        }
        return nowMillis();
    }
}
