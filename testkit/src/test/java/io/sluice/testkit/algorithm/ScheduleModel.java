package io.sluice.testkit.algorithm;

import io.sluice.engine.bucket.TokenBucket;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * A token bucket from which each admission takes its tokens at its scheduled time, and not before: a level, and the
 * scheduled times to come.
 *
 * <p>Slow and exact, and nothing like what {@link TokenBucket} stores when it takes in advance.
 */
final class ScheduleModel {
    private record ScheduledTime(long atMillis, long slotId, BigInteger parts) {}

    private final BigInteger tokens;
    private final BigInteger period;
    private final BigInteger capacity;
    /** In the order of their moments; within one, of the decisions. */
    private final List<ScheduledTime> scheduledTimes = new ArrayList<>();

    /** Every turn there ever was, without what was given back. */
    private final List<ScheduledTime> history = new ArrayList<>();

    private final long startMillis;
    private BigInteger level;
    private long nowMillis;

    ScheduleModel(TokenBucket bucket, long nowMillis) {
        this.tokens = BigInteger.valueOf(bucket.rate().tokens());
        this.period = BigInteger.valueOf(bucket.rate().periodMillis());
        this.capacity = parts(bucket.burst());
        this.level = capacity;
        this.startMillis = nowMillis;
        this.nowMillis = nowMillis;
    }

    private BigInteger parts(long count) {
        return BigInteger.valueOf(count).multiply(period);
    }

    private BigInteger refilled(BigInteger from, long millis) {
        return from.add(tokens.multiply(BigInteger.valueOf(millis))).min(capacity);
    }

    long nowMillis() {
        return nowMillis;
    }

    long lastScheduledMillis() {
        return scheduledTimes.isEmpty()
                ? nowMillis
                : scheduledTimes.get(scheduledTimes.size() - 1).atMillis();
    }

    /** The next scheduled time; now, if there is none. */
    long nextScheduledMillis() {
        return scheduledTimes.isEmpty() ? nowMillis : scheduledTimes.get(0).atMillis();
    }

    /** The level at a moment to come, with all turns until then taken. */
    private BigInteger levelAt(long atMillis) {
        BigInteger then = level;
        long at = nowMillis;
        for (ScheduledTime scheduledTime : scheduledTimes) {
            if (scheduledTime.atMillis() > atMillis) {
                break;
            }
            then = refilled(then, scheduledTime.atMillis() - at).subtract(scheduledTime.parts());
            at = scheduledTime.atMillis();
        }
        return refilled(then, atMillis - at);
    }

    void advance(long toMillis) {
        if (toMillis > nowMillis) {
            level = levelAt(toMillis);
            scheduledTimes.removeIf(scheduledTime -> scheduledTime.atMillis() <= toMillis);
            nowMillis = toMillis;
        }
    }

    /** Whether so many tokens are there at a moment to come, and nobody has a later turn. */
    boolean isThereAfterAll(long millis, long count) {
        long atMillis = nowMillis + millis;
        return atMillis >= lastScheduledMillis() && levelAt(atMillis).compareTo(parts(count)) >= 0;
    }

    void charge(long atMillis, long cost, long slotId) {
        ScheduledTime scheduledTime = new ScheduledTime(atMillis, slotId, parts(cost));
        add(scheduledTime, history);
        add(scheduledTime, scheduledTimes);
        advanceNow();
    }

    private static void add(ScheduledTime scheduledTime, List<ScheduledTime> inOrder) {
        int place = inOrder.size();
        while (place > 0 && inOrder.get(place - 1).atMillis() > scheduledTime.atMillis()) {
            place--;
        }
        inOrder.add(place, scheduledTime);
    }

    /** A turn that is now is taken now. */
    private void advanceNow() {
        level = levelAt(nowMillis);
        scheduledTimes.removeIf(scheduledTime -> scheduledTime.atMillis() <= nowMillis);
    }

    /**
     * What is given back was never taken: the bucket's whole life is gone through again, with the scheduled times that
     * were told.
     */
    void giveBack(long slotId, long count) {
        history.replaceAll(scheduledTime -> scheduledTime.slotId() == slotId
                ? new ScheduledTime(
                        scheduledTime.atMillis(), slotId, scheduledTime.parts().subtract(parts(count)))
                : scheduledTime);
        long toMillis = nowMillis;
        scheduledTimes.clear();
        scheduledTimes.addAll(history);
        level = capacity;
        nowMillis = startMillis;
        advanceNow();
        advance(toMillis);
    }

    long remaining() {
        return level.divide(period).longValueExact();
    }

    /**
     * Whether the tokens of every scheduled time are there when it comes: in no window is more let through than fits
     * into it.
     */
    boolean keepsEveryScheduledTime() {
        BigInteger then = level;
        long at = nowMillis;
        boolean keeps = then.signum() >= 0;
        for (ScheduledTime scheduledTime : scheduledTimes) {
            then = refilled(then, scheduledTime.atMillis() - at).subtract(scheduledTime.parts());
            at = scheduledTime.atMillis();
            keeps &= then.signum() >= 0;
        }
        return keeps;
    }
}
