package io.sluice.testkit.algorithm;

import io.sluice.engine.bucket.Charge;
import java.util.ArrayList;
import java.util.List;

/** A model that keeps every single charge ever made and, for each request, adds up those that count. */
abstract class ChargesModel implements AlgorithmModel {
    /** One charge, and what has not been given back of it. */
    static final class Taken {
        final long atMillis;
        final long slotId;
        long left;

        Taken(long atMillis, long slotId, long left) {
            this.atMillis = atMillis;
            this.slotId = slotId;
            this.left = left;
        }
    }

    private final List<Taken> history = new ArrayList<>();
    final long limit;
    private long nowMillis;

    ChargesModel(long limit, long nowMillis) {
        this.limit = limit;
        this.nowMillis = nowMillis;
    }

    final List<Taken> history() {
        return history;
    }

    /** What is in use at a moment, no earlier than now. */
    abstract long usedAt(long atMillis);

    @Override
    public final long nowMillis() {
        return nowMillis;
    }

    @Override
    public final void advance(long toMillis) {
        nowMillis = Math.max(nowMillis, toMillis);
    }

    @Override
    public boolean admitsAfter(long millis, long cost) {
        return cost == 0 || usedAt(nowMillis + millis) + cost <= limit;
    }

    @Override
    public long balance() {
        return limit - usedAt(nowMillis);
    }

    @Override
    public boolean isFullAfter(long millis) {
        return usedAt(nowMillis + millis) == 0;
    }

    @Override
    public void charge(long cost, long slotId) {
        history.add(new Taken(nowMillis, slotId, cost));
    }

    @Override
    public void giveBack(Charge charge, long cost) {
        for (Taken taken : history) {
            if (taken.slotId == charge.slotId()) {
                taken.left -= cost;
            }
        }
    }
}
