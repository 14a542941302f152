package io.sluice.engine.bucket;

/**
 * What becomes of a bucket when a new ruleset changes its limit.
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
 * new limit can charge in advance at all. {@code RESET} forgets them.
 *
 * <p>A full bucket stays full whatever the strategy, because it must equal one that was never stored.
 */
public enum CarryOver {
    ADDITIVE,
    PROPORTIONAL,
    AS_IS,
    RESET;

    /** The state of {@code before}, at the moment of the change, as {@code after} takes it over. */
    public BucketState carried(Algorithm before, BucketState state, Algorithm after) {
        if (before.equals(after)) {
            return state;
        }
        if (state.isFull() || this == RESET) {
            return after.full(state.atMillis());
        }
        BucketState carried = carriedUpToCapacity(before, state, after);
        if (!(state instanceof TokenState tokens)) {
            return carried;
        }
        if (tokens.hasAdvance()) {
            return after.withAdvance(carried, tokens, advanceTokens(before, tokens, carried));
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
    private long advanceTokens(Algorithm before, TokenState state, BucketState carried) {
        long beyond = Math.max(0, state.usedTokens() - before.capacity());
        return this == ADDITIVE ? Math.min(beyond, state.usedTokens() - carried.usedTokens()) : beyond;
    }

    private static long proportional(Algorithm before, BucketState state, Algorithm after) {
        long used = before.capacity() - before.remaining(state);
        return WideMath.multiplyAddDivide(used, after.capacity(), before.capacity() - 1, before.capacity());
    }
}
