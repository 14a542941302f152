package io.sluice.testkit.algorithm;

import io.sluice.engine.bucket.TokenBucket;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * A token bucket from which each admission takes its tokens at its turn, and not before: a level, and the turns to come.
 *
 * <p>Slow and exact, and nothing like what {@link TokenBucket} stores when it takes in advance.
 */
final class TurnsModel {
    private record Turn(long atMillis, long slotId, BigInteger parts) {}

    private final BigInteger tokens;
    private final BigInteger period;
    private final BigInteger capacity;
    /** In the order of their moments; within one, of the decisions. */
    private final List<Turn> turns = new ArrayList<>();

    /** Every turn there ever was, without what was given back. */
    private final List<Turn> history = new ArrayList<>();

    private final long startMillis;
    private BigInteger level;
    private long nowMillis;

    TurnsModel(TokenBucket bucket, long nowMillis) {
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

    long lastTurnMillis() {
        return turns.isEmpty() ? nowMillis : turns.get(turns.size() - 1).atMillis();
    }

    /** The next turn; now, if there is none. */
    long nextTurnMillis() {
        return turns.isEmpty() ? nowMillis : turns.get(0).atMillis();
    }

    /** The level at a moment to come, with all turns until then taken. */
    private BigInteger levelAt(long atMillis) {
        BigInteger then = level;
        long at = nowMillis;
        for (Turn turn : turns) {
            if (turn.atMillis() > atMillis) {
                break;
            }
            then = refilled(then, turn.atMillis() - at).subtract(turn.parts());
            at = turn.atMillis();
        }
        return refilled(then, atMillis - at);
    }

    void advance(long toMillis) {
        if (toMillis > nowMillis) {
            level = levelAt(toMillis);
            turns.removeIf(turn -> turn.atMillis() <= toMillis);
            nowMillis = toMillis;
        }
    }

    /** Whether so many tokens are there at a moment to come, and nobody has a later turn. */
    boolean isThereAfterAll(long millis, long count) {
        long atMillis = nowMillis + millis;
        return atMillis >= lastTurnMillis() && levelAt(atMillis).compareTo(parts(count)) >= 0;
    }

    void charge(long atMillis, long cost, long slotId) {
        Turn turn = new Turn(atMillis, slotId, parts(cost));
        add(turn, history);
        add(turn, turns);
        advanceNow();
    }

    private static void add(Turn turn, List<Turn> inOrder) {
        int place = inOrder.size();
        while (place > 0 && inOrder.get(place - 1).atMillis() > turn.atMillis()) {
            place--;
        }
        inOrder.add(place, turn);
    }

    /** A turn that is now is taken now. */
    private void advanceNow() {
        level = levelAt(nowMillis);
        turns.removeIf(turn -> turn.atMillis() <= nowMillis);
    }

    /** What is given back was never taken: the bucket's whole life is gone through again, with the turns that were told. */
    void giveBack(long slotId, long count) {
        history.replaceAll(turn -> turn.slotId() == slotId
                ? new Turn(turn.atMillis(), slotId, turn.parts().subtract(parts(count)))
                : turn);
        long toMillis = nowMillis;
        turns.clear();
        turns.addAll(history);
        level = capacity;
        nowMillis = startMillis;
        advanceNow();
        advance(toMillis);
    }

    long remaining() {
        return level.divide(period).longValueExact();
    }

    /** Whether the tokens of every turn are there when it comes: in no window is more let through than fits into it. */
    boolean keepsEveryTurn() {
        BigInteger then = level;
        long at = nowMillis;
        boolean keeps = then.signum() >= 0;
        for (Turn turn : turns) {
            then = refilled(then, turn.atMillis() - at).subtract(turn.parts());
            at = turn.atMillis();
            keeps &= then.signum() >= 0;
        }
        return keeps;
    }
}
