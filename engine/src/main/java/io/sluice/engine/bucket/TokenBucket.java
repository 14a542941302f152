package io.sluice.engine.bucket;

/**
 * A token bucket: a capacity of {@code burst} tokens, refilled continuously at {@code rate}.
 *
 * <p>Every method is a pure function of its arguments; the state it is given must come from {@link #at}, which is the
 * only place where time passes.
 */
public record TokenBucket(Rate rate, long burst) {
    /*
     * Exactness
     *
     * A rate in lowest terms is p tokens per q milliseconds. One token is divided into q parts, so that each
     * millisecond refills exactly p parts and nothing is ever rounded away: the state is (used tokens, parts of the
     * next token that have already flowed back), and its shortfall is  used * q - parts  parts.
     *
     *   after e ms:   parts + e * p  parts have flowed back
     *                 tokens back = floor of that by q,  new parts = the rest
     *   wait for n:   ceil((n * q - parts) / p)  ms, the first moment at which n more tokens are there
     *
     * Worked example, 3 tokens per 10 ms (p = 3, q = 10), burst 5, full at t = 0:
     *   t=0   charge 5   used 5, parts 0     remaining 0; the next token needs ceil(10 / 3) = 4 ms
     *   t=3              9 parts             used 5, parts 9: at 3 ms the token is not there yet
     *   t=4              12 parts            used 4, parts 2: one token, and the rest is carried
     *   t=10             30 parts in all     used 2, parts 0: exactly 3 tokens in 10 ms, however often it was looked at
     *
     * This is GCRA (ITU-T I.371, annex A; the "virtual scheduling" form) with the theoretical arrival time held as a
     * distance to it, in exact fractions: TAT - now = shortfall / p milliseconds. Holding the distance in tokens keeps
     * the state in range where the time would not be: a burst of 10^12 at one per month is 10^21 ms away from full.
     *
     * Rounding: waits round up, so a caller that comes back at the named moment is admitted; converted parts (see
     * rebased) round down, so that a change never creates quota. Products beyond 63 bits go through WideMath.
     */

    /** The largest capacity. */
    public static final long BURST_MAX = 1_000_000_000_000L;
    /** The largest wait that is told, 2^53 - 1 ms (285,000 years), the largest integer that every JSON reader keeps. */
    public static final long WAIT_MILLIS_MAX = (1L << 53) - 1;
    /** The answer to a wait that never ends: the cost is above the capacity. */
    public static final long NEVER = Long.MAX_VALUE;

    public TokenBucket {
        Bounds.within("burst", burst, 1, BURST_MAX);
    }

    /** The state at {@code nowMillis}; a moment before the state's own leaves it as it is. */
    public BucketState at(BucketState state, long nowMillis) {
        long elapsedMillis = nowMillis - state.atMillis();
        if (elapsedMillis <= 0) {
            return state;
        }
        if (state.isFull()) {
            return BucketState.full(nowMillis);
        }
        long p = rate.tokens();
        long q = rate.periodMillis();
        long back = WideMath.multiplyAddDivide(elapsedMillis, p, state.refilledParts(), q);
        if (back >= state.usedTokens()) {
            return BucketState.full(nowMillis);
        }
        // The true rest is below q, so it survives arithmetic modulo 2^64 even where the products do not.
        long parts = elapsedMillis * p + state.refilledParts() - back * q;
        return new BucketState(nowMillis, state.usedTokens() - back, parts);
    }

    /** The tokens that can be taken now. */
    public long remaining(BucketState state) {
        return Math.max(0, burst - state.usedTokens());
    }

    /** Whether {@code cost} tokens can be taken now; a cost of 0 always can. */
    public boolean admits(BucketState state, long cost) {
        return cost == 0 || cost <= burst - state.usedTokens();
    }

    /** The state after taking {@code cost} tokens, which must be there. */
    public BucketState charged(BucketState state, long cost) {
        if (!admits(state, cost)) {
            throw new IllegalArgumentException("cost: " + cost + " (expected: 0.." + remaining(state) + ")");
        }
        return cost == 0 ? state : new BucketState(state.atMillis(), state.usedTokens() + cost, state.refilledParts());
    }

    /**
     * Milliseconds until {@code cost} tokens can be taken: 0 if now, {@link #NEVER} if the cost is above the capacity,
     * at most {@link #WAIT_MILLIS_MAX} otherwise.
     */
    public long waitMillis(BucketState state, long cost) {
        if (admits(state, cost)) {
            return 0;
        }
        return cost > burst ? NEVER : refillMillis(state, state.usedTokens() + cost - burst);
    }

    /** Milliseconds until one more token than now is there; 0 if the bucket is full. */
    public long nextTokenMillis(BucketState state) {
        return state.isFull() ? 0 : refillMillis(state, Math.max(1, state.usedTokens() - burst + 1));
    }

    /** Milliseconds until the bucket is full. */
    public long fullAfterMillis(BucketState state) {
        return state.isFull() ? 0 : refillMillis(state, state.usedTokens());
    }

    /** Milliseconds that an empty bucket takes to fill: the window in which {@code burst} tokens are sustained. */
    public long windowMillis() {
        return refillMillis(BucketState.full(0), burst);
    }

    /**
     * The state that this bucket hands to {@code successor} when a new ruleset takes its place: tokens in use stay in
     * use, up to the new capacity, so a full bucket stays full and none is conjured up.
     */
    public BucketState rebased(BucketState state, TokenBucket successor) {
        if (state.isFull() || equals(successor)) {
            return state;
        }
        if (state.usedTokens() > successor.burst) {
            return new BucketState(state.atMillis(), successor.burst, 0);
        }
        long parts = WideMath.multiplyAddDivide(
                state.refilledParts(), successor.rate.periodMillis(), /* addend= */ 0, rate.periodMillis());
        return new BucketState(state.atMillis(), state.usedTokens(), parts);
    }

    private long refillMillis(BucketState state, long tokens) {
        long p = rate.tokens();
        long millis = WideMath.multiplyAddDivide(tokens, rate.periodMillis(), p - 1 - state.refilledParts(), p);
        return Math.min(millis, WAIT_MILLIS_MAX);
    }
}
