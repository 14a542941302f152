package io.sluice.engine.bucket;

/**
 * What is stored of one token bucket: how far it was below full at one moment.
 *
 * <p>A bucket is kept as what is <em>missing</em>, not as what is there, so that a full bucket is the zero value and
 * equals a bucket that was never stored; see {@link TokenBucket} for the arithmetic. A {@link LeakyBucket} keeps the same:
 * what is missing there is what waits in its queue.
 *
 * @param atMillis the moment the other two fields speak of, in milliseconds since the epoch
 * @param usedTokens whole tokens missing from a full bucket
 * @param refilledParts parts of the next token that have already flowed back, in {@code 1 / rate.periodMillis} of a
 *     token; always below {@code rate.periodMillis}, and 0 when nothing is missing
 * @param held what of the charges that are held is still missing
 */
public record TokenState(long atMillis, long usedTokens, long refilledParts, HeldMarks held) implements BucketState {
    /** The most tokens that can be missing: the largest capacity. */
    public static final long USED_TOKENS_MAX = TokenBucket.BURST_MAX;

    public TokenState {
        Bounds.within("usedTokens", usedTokens, 0, USED_TOKENS_MAX);
        Bounds.within("refilledParts", refilledParts, 0, usedTokens == 0 ? 0 : Rate.PERIOD_MILLIS_MAX - 1);
        held = usedTokens == 0 ? HeldMarks.NONE : held;
    }

    /** A bucket of which no charge is held. */
    public TokenState(long atMillis, long usedTokens, long refilledParts) {
        this(atMillis, usedTokens, refilledParts, HeldMarks.NONE);
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
}
