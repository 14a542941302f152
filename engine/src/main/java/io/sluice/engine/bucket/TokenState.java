package io.sluice.engine.bucket;

/**
 * The stored state of one token bucket: how far it was below full at one moment.
 *
 * <p>A bucket stores what is <em>missing</em>, not what is there. So a full bucket is the zero value and equals a
 * bucket that was never stored; see {@link TokenBucket} for the arithmetic. A {@link LeakyBucket} stores the same:
 * its missing tokens are those that wait in its queue.
 *
 * @param atMillis the moment of the other fields, in milliseconds since the epoch
 * @param usedTokens whole tokens missing from a full bucket; more than its capacity if some were charged in advance,
 * or it is in debt
 * @param refilledParts parts of the next token that have already flowed back, in {@code 1 / rate.periodMillis} of a
 *     token; always below {@code rate.periodMillis}, and 0 when nothing is missing
 * @param advance the admissions charged in advance whose scheduled time has not come; {@link Advance#NONE} if none
 * @param held what is still missing of the held charges
 */
public record TokenState(long atMillis, long usedTokens, long refilledParts, Advance advance, HeldMarks held)
        implements BucketState {
    /** The most tokens that can be missing: the largest capacity, and what flows back while the last one waits. */
    public static final long USED_TOKENS_MAX =
            TokenBucket.BURST_MAX + Algorithm.DELAY_MILLIS_MAX * Rate.TOKENS_PER_MILLI_MAX;

    /**
     * Admissions that were charged in advance.
     *
     * @param untilMillis when the last of them has its scheduled time
     * @param roomTokens tokens that can be given back without any being lost at one of these scheduled times, because
     *     the bucket would be full then; rounded down
     */
    public record Advance(long untilMillis, long roomTokens) {
        public static final Advance NONE = new Advance(Long.MIN_VALUE, 0);

        public Advance {
            Bounds.within("roomTokens", roomTokens, 0, TokenBucket.BURST_MAX);
        }

        /** The same once so many tokens have been given back. */
        Advance without(long tokens) {
            return new Advance(untilMillis, Math.max(0, roomTokens - tokens));
        }
    }

    public TokenState {
        Bounds.within("usedTokens", usedTokens, 0, USED_TOKENS_MAX);
        Bounds.within("refilledParts", refilledParts, 0, usedTokens == 0 ? 0 : Rate.PERIOD_MILLIS_MAX - 1);
        if (advance.untilMillis() <= atMillis || usedTokens == 0) {
            advance = Advance.NONE;
        }
        held = usedTokens == 0 ? HeldMarks.NONE : held;
    }

    /** A bucket of which nothing was taken in advance and nothing is held. */
    public TokenState(long atMillis, long usedTokens, long refilledParts) {
        this(atMillis, usedTokens, refilledParts, Advance.NONE, HeldMarks.NONE);
    }

    /** A bucket with nothing missing. */
    public static TokenState full(long atMillis) {
        return new TokenState(atMillis, 0, 0);
    }

    Shortfall shortfall() {
        return new Shortfall(usedTokens, refilledParts);
    }

    @Override
    public boolean isFull() {
        return usedTokens == 0;
    }

    /** Whether an admission was charged in advance whose scheduled time has not come. */
    public boolean hasAdvance() {
        return !advance.equals(Advance.NONE);
    }

    /** Whole tokens that are missing, without the one that has begun to flow back. */
    long wholeTokensMissing() {
        return refilledParts == 0 ? usedTokens : usedTokens - 1;
    }
}
