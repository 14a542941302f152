package io.sluice.engine.bucket;

/**
 * The stored state of one sliding-window counter.
 *
 * @param atMillis the moment of this state
 * @param currentTokens tokens taken in the window that holds the moment
 * @param previousTokens tokens taken in the window before it
 */
public record SlidingCounterState(long atMillis, long currentTokens, long previousTokens) implements BucketState {
    public SlidingCounterState {
        Bounds.within("currentTokens", currentTokens, 0, TokenBucket.BURST_MAX);
        Bounds.within("previousTokens", previousTokens, 0, TokenBucket.BURST_MAX);
    }

    @Override
    public long usedTokens() {
        return Math.addExact(currentTokens, previousTokens);
    }
}
