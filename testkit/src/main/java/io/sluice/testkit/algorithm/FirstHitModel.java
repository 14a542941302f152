package io.sluice.testkit.algorithm;

import io.sluice.engine.bucket.Charge;
import java.util.ArrayList;
import java.util.List;

/**
 * A window that begins with the first charge, by replaying everything that ever happened.
 *
 * <p>A window is open while anything is in use in it. When all of it is given back, a full bucket remains. That equals
 * one that was never stored, so the next charge opens a new window.
 */
public final class FirstHitModel implements AlgorithmModel {
    /** A charge if {@code tokens} is positive, otherwise tokens given back of the charge of the same slot. */
    private record Event(long atMillis, long slotId, long tokens) {}

    private final List<Event> events = new ArrayList<>();
    private final long periodMillis;
    private final long limit;
    private long nowMillis;
    /** The result of the last replay. */
    private long startMillis;

    private long used;

    public FirstHitModel(long periodMillis, long limit, long nowMillis) {
        this.periodMillis = periodMillis;
        this.limit = limit;
        this.nowMillis = nowMillis;
    }

    private void replay() {
        List<Long> members = new ArrayList<>();
        used = 0;
        for (Event event : events) {
            if (used == 0 || event.atMillis - startMillis >= periodMillis) {
                members.clear();
                used = 0;
            }
            if (event.tokens > 0) {
                startMillis = members.isEmpty() ? event.atMillis : startMillis;
                members.add(event.slotId);
                used += event.tokens;
            } else if (members.contains(event.slotId)) {
                used += event.tokens;
            }
        }
    }

    private long usedAt(long atMillis) {
        return atMillis - startMillis < periodMillis ? used : 0;
    }

    @Override
    public long nowMillis() {
        return nowMillis;
    }

    @Override
    public void advance(long toMillis) {
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
    public long windowMillis() {
        return periodMillis;
    }

    @Override
    public long boundaryMillis() {
        return usedAt(nowMillis) == 0 ? nowMillis : startMillis + periodMillis;
    }

    @Override
    public void charge(long cost, long slotId) {
        if (cost > 0) {
            events.add(new Event(nowMillis, slotId, cost));
            replay();
        }
    }

    @Override
    public void giveBack(Charge charge, long cost) {
        events.add(new Event(nowMillis, charge.slotId(), -cost));
        replay();
    }
}
