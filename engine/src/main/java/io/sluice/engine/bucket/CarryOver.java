package io.sluice.engine.bucket;

/**
 * The strategy by which a bucket is converted when a new ruleset changes its limit.
 *
 * <p>With 20 tokens, of which 5 are used, and a new limit of 40, or of 10:
 *
 * <pre>
 *                  40                  10
 *   ADDITIVE       5 used, 35 left     5 used, 5 left     tokens in use stay in use
 *   PROPORTIONAL   10 used, 30 left    3 used, 7 left     the same share is used, rounded up
 *   AS_IS          25 used, 15 left    0 used, 10 left    the tokens left stay, as far as they fit
 *   RESET          40 left             10 left            all tokens are back
 * </pre>
 *
 * <p>Tokens that were taken in advance stay taken beyond these, up to what the new limit refills in a minute, if the
 * new limit can charge in advance at all. Debt stays as it is, up to the overdraft of the old limit: with 20 tokens, 25
 * of them used, each but {@code RESET} leaves the new limit 5 below empty, unless its capacity covers them. {@code
 * RESET} forgets both.
 *
 * <p>A full bucket stays full whatever the strategy, because it must equal one that was never stored.
 */
public enum CarryOver {
    ADDITIVE,
    PROPORTIONAL,
    AS_IS,
    RESET;

    /** No request has this offset. */
    private static final long CARRIED = -1;

    /** The same for a bucket that cannot be in debt. */
    public BucketState carried(Algorithm before, BucketState state, Algorithm after) {
        return carried(before, state, after, /* overdraft= */ 0);
    }

    /**
     * The state of {@code before}, at the moment of the change, as {@code after} takes it over.
     *
     * @param overdraft how far below empty the bucket could be
     */
    public BucketState carried(Algorithm before, BucketState state, Algorithm after, long overdraft) {
        if (before.equals(after)) {
            return state;
        }
        if (state.isFull() || this == RESET) {
            return after.full(state.atMillis());
        }
        BucketState carried = carriedUpToCapacity(before, state, after);
        long beyond = beyondCapacity(before, state, carried);
        BucketState taken = state instanceof TokenState tokens ? withCharges(tokens, carried, after, beyond) : carried;
        long debt = Math.min(overdraft, beyond - (taken.usedTokens() - carried.usedTokens()));
        return debt <= 0
                ? taken
                : after.debited(taken, Math.min(debt, after.chargeable(taken, after.overdraftMax())), CARRIED);
    }

    /**
     * Whether a bucket still tells how much of an earlier charge is in use, once it is carried over to another limit.
     *
     * <p>A token bucket marks what is held, and slots have their IDs, so they do while they stay what they are. A
     * window knows a charge by its moment alone. That tells nothing about tokens that were moved into another window,
     * or scaled: they may be those of others, while the charge itself came back long ago. Giving it back once more
     * would free theirs.
     */
    public boolean keepsCharges(Algorithm before, Algorithm after) {
        if (this == RESET) {
            return false;
        }
        if (isBucket(before)) {
            return isBucket(after);
        }
        return before instanceof Concurrency
                ? after instanceof Concurrency
                : this == ADDITIVE && isSameWindow(before, after);
    }

    private static boolean isSameWindow(Algorithm before, Algorithm after) {
        if (before instanceof FixedWindow fixed) {
            return after instanceof FixedWindow other && other.window().equals(fixed.window());
        }
        if (before instanceof SlidingWindowCounter counter) {
            return after instanceof SlidingWindowCounter other && other.periodMillis() == counter.periodMillis();
        }
        // Each entry of a log keeps its moment, whatever the period.
        return before instanceof SlidingWindowLog && after instanceof SlidingWindowLog;
    }

    private static boolean isBucket(Algorithm algorithm) {
        return algorithm instanceof TokenBucket || algorithm instanceof LeakyBucket;
    }

    /** Adds what was charged in advance, and what is held. */
    private BucketState withCharges(TokenState tokens, BucketState carried, Algorithm after, long beyond) {
        if (tokens.hasAdvance()) {
            return after.withAdvance(carried, tokens, beyond);
        }
        return this != ADDITIVE && carried instanceof TokenState to ? TokenBucket.carried(tokens, to) : carried;
    }

    private BucketState carriedUpToCapacity(Algorithm before, BucketState state, Algorithm after) {
        return switch (this) {
            case ADDITIVE -> before.handedTo(after, state);
            case PROPORTIONAL -> after.withUsed(state.atMillis(), proportional(before, state, after));
            case AS_IS ->
                after.withUsed(
                        state.atMillis(), after.capacity() - Math.min(before.remaining(state), after.capacity()));
            case RESET -> throw new AssertionError("handled above");
        };
    }

    /** What was taken beyond the old capacity stays taken, unless the new capacity covers it. */
    private long beyondCapacity(Algorithm before, BucketState state, BucketState carried) {
        long beyond = Math.max(0, -before.balance(state));
        return this == ADDITIVE ? Math.min(beyond, state.usedTokens() - carried.usedTokens()) : beyond;
    }

    private static long proportional(Algorithm before, BucketState state, Algorithm after) {
        long used = before.capacity() - before.remaining(state);
        return WideMath.multiplyAddDivide(used, after.capacity(), before.capacity() - 1, before.capacity());
    }
}
