package io.sluice.engine.bucket;

/**
 * A sliding-window counter: two counters stand in for a log, the older one weighed by how much of its window still
 * counts.
 *
 * <p>Windows of {@code periodMillis} are counted from the epoch. At {@code e} ms into the current window, with
 * {@code C} tokens taken in it and {@code P} in the one before,
 *
 * <pre>
 *   used = C + P * (periodMillis - e) / periodMillis
 * </pre>
 *
 * <p>and a cost is admitted if {@code used + cost <= limit}, in exact fractions: nothing is rounded before it is
 * compared. With 10 per minute, 8 taken in the last minute and 3 in this one, 15 s into it {@code used} is 3 + 8 *
 * 45/60 = 9: one more is admitted, two are not.
 *
 * <p>It admits what the exact log would if the tokens of the older window had been taken evenly. Source: Cloudflare,
 * "How we built rate limiting capable of scaling to millions of domains", 2017.
 */
public record SlidingWindowCounter(long periodMillis, long limit) implements Algorithm {
    public SlidingWindowCounter {
        Bounds.within("per", periodMillis, 1, Window.PERIOD_MILLIS_MAX);
        Bounds.within("limit", limit, 1, TokenBucket.BURST_MAX);
    }

    @Override
    public long capacity() {
        return limit;
    }

    @Override
    public SlidingCounterState full(long nowMillis) {
        return new SlidingCounterState(nowMillis, 0, 0);
    }

    @Override
    public SlidingCounterState at(BucketState someState, long nowMillis) {
        SlidingCounterState state = (SlidingCounterState) someState;
        if (nowMillis <= state.atMillis()) {
            return state;
        }
        long windows = Math.floorDiv(nowMillis, periodMillis) - Math.floorDiv(state.atMillis(), periodMillis);
        if (windows == 0) {
            return new SlidingCounterState(nowMillis, state.currentTokens(), state.previousTokens());
        }
        return windows == 1 ? new SlidingCounterState(nowMillis, 0, state.currentTokens()) : full(nowMillis);
    }

    /** Milliseconds of the previous window that still count. */
    private long weightMillis(SlidingCounterState state) {
        return periodMillis - Math.floorMod(state.atMillis(), periodMillis);
    }

    @Override
    public long balance(BucketState someState) {
        SlidingCounterState state = (SlidingCounterState) someState;
        long weighed =
                WideMath.multiplyAddDivide(state.previousTokens(), weightMillis(state), periodMillis - 1, periodMillis);
        return limit - state.currentTokens() - weighed;
    }

    @Override
    public SlidingCounterState charged(BucketState state, long cost, long slotId) {
        Algorithm.requireAdmitted(this, state, cost);
        return debited(state, cost, slotId);
    }

    @Override
    public SlidingCounterState debited(BucketState someState, long tokens, long slotId) {
        SlidingCounterState state = (SlidingCounterState) someState;
        return new SlidingCounterState(state.atMillis(), state.currentTokens() + tokens, state.previousTokens());
    }

    @Override
    public SlidingCounterState returned(BucketState someState, Charge charge, long cost) {
        SlidingCounterState state = (SlidingCounterState) someState;
        long windows = Math.floorDiv(state.atMillis(), periodMillis) - Math.floorDiv(charge.atMillis(), periodMillis);
        if (windows == 0) {
            return new SlidingCounterState(
                    state.atMillis(), Math.max(0, state.currentTokens() - cost), state.previousTokens());
        }
        return windows == 1
                ? new SlidingCounterState(
                        state.atMillis(), state.currentTokens(), Math.max(0, state.previousTokens() - cost))
                : state;
    }

    @Override
    public long waitMillis(BucketState someState, long cost) {
        SlidingCounterState state = (SlidingCounterState) someState;
        if (admits(state, cost)) {
            return 0;
        }
        if (cost > limit) {
            return NEVER;
        }
        long weightMillis = weightMillis(state);
        long roomNow = limit - state.currentTokens() - cost;
        if (roomNow >= 0) {
            return weightMillis - weightThatFits(roomNow, state.previousTokens());
        }
        // Not within this window: in the next one, this one's tokens are those that fade.
        return weightMillis + periodMillis - weightThatFits(limit - cost, state.currentTokens());
    }

    /** The largest weight, in milliseconds, at which so many fading tokens fit into the room. */
    private long weightThatFits(long room, long fadingTokens) {
        return fadingTokens <= room
                ? periodMillis
                : WideMath.multiplyAddDivide(room, periodMillis, /* addend= */ 0, fadingTokens);
    }

    @Override
    public long windowMillis(BucketState state) {
        return periodMillis;
    }

    @Override
    public BucketState handedTo(Algorithm successor, BucketState state) {
        return successor instanceof SlidingWindowCounter other && other.periodMillis == periodMillis
                ? state
                : Algorithm.super.handedTo(successor, state);
    }

    @Override
    public SlidingCounterState withUsed(long nowMillis, long usedTokens) {
        return new SlidingCounterState(nowMillis, Math.min(usedTokens, limit), 0);
    }

    @Override
    public SlidingWindowCounter widened(long tokens) {
        return new SlidingWindowCounter(periodMillis, limit + tokens);
    }

    @Override
    public SlidingWindowCounter scaled(int perMille) {
        return new SlidingWindowCounter(periodMillis, Algorithm.scaledTokens(limit, perMille));
    }
}
