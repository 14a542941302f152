package io.sluice.engine.bucket;

/**
 * A fixed window: {@code limit} tokens in each window, all of them back at its end.
 *
 * <p>Twice the limit can be taken around the end of a window; a sliding window or a token bucket avoids that. Quotas
 * that are sold by the month want exactly this.
 */
public record FixedWindow(Window window, long limit) implements Algorithm {
    public FixedWindow {
        Bounds.within("limit", limit, 1, TokenBucket.BURST_MAX);
    }

    @Override
    public long capacity() {
        return limit;
    }

    @Override
    public WindowState full(long nowMillis) {
        return new WindowState(nowMillis, nowMillis, 0);
    }

    @Override
    public WindowState at(BucketState someState, long nowMillis) {
        WindowState state = (WindowState) someState;
        if (nowMillis <= state.atMillis()) {
            return state;
        }
        return state.isFull() || nowMillis >= window.endMillis(state.startMillis())
                ? full(nowMillis)
                : new WindowState(nowMillis, state.startMillis(), state.usedTokens());
    }

    @Override
    public long balance(BucketState state) {
        return limit - state.usedTokens();
    }

    @Override
    public WindowState charged(BucketState state, long cost, long slotId) {
        Algorithm.requireAdmitted(this, state, cost);
        return debited(state, cost, slotId);
    }

    @Override
    public WindowState debited(BucketState someState, long tokens, long slotId) {
        WindowState state = (WindowState) someState;
        long startMillis = state.isFull() ? window.startMillis(state.atMillis()) : state.startMillis();
        return new WindowState(state.atMillis(), startMillis, state.usedTokens() + tokens);
    }

    /** What was taken in an earlier window has come back with its end already. */
    @Override
    public WindowState returned(BucketState someState, Charge charge, long cost) {
        WindowState state = (WindowState) someState;
        if (charge.atMillis() < state.startMillis()) {
            return state;
        }
        return new WindowState(state.atMillis(), state.startMillis(), Math.max(0, state.usedTokens() - cost));
    }

    @Override
    public long waitMillis(BucketState state, long cost) {
        if (admits(state, cost)) {
            return 0;
        }
        return cost > limit ? NEVER : window.endMillis(((WindowState) state).startMillis()) - state.atMillis();
    }

    @Override
    public long windowMillis(BucketState someState) {
        WindowState state = (WindowState) someState;
        long startMillis = state.isFull() ? window.startMillis(state.atMillis()) : state.startMillis();
        return window.endMillis(startMillis) - startMillis;
    }

    /** Tokens of one window are not to be spent in the next. */
    @Override
    public long spendableMillis(BucketState state) {
        long startMillis = state.isFull() ? window.startMillis(state.atMillis()) : ((WindowState) state).startMillis();
        return window.endMillis(startMillis) - state.atMillis();
    }

    @Override
    public BucketState handedTo(Algorithm successor, BucketState state) {
        return successor instanceof FixedWindow other && other.window.equals(window)
                ? state
                : Algorithm.super.handedTo(successor, state);
    }

    @Override
    public WindowState withUsed(long nowMillis, long usedTokens) {
        return usedTokens == 0
                ? full(nowMillis)
                : new WindowState(nowMillis, window.startMillis(nowMillis), Math.min(usedTokens, limit));
    }

    @Override
    public FixedWindow widened(long tokens) {
        return new FixedWindow(window, limit + tokens);
    }

    @Override
    public FixedWindow scaled(int perMille) {
        return new FixedWindow(window, Algorithm.scaledTokens(limit, perMille));
    }
}
