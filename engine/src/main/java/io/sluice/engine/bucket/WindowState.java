package io.sluice.engine.bucket;

/**
 * The stored state of one fixed window.
 *
 * @param atMillis the moment of this state
 * @param startMillis when the window began; when nothing is in use, it is {@code atMillis}
 * @param usedTokens tokens taken in this window
 */
public record WindowState(long atMillis, long startMillis, long usedTokens) implements BucketState {
    public WindowState {
        Bounds.within("usedTokens", usedTokens, 0, TokenBucket.BURST_MAX);
        if (usedTokens == 0) {
            startMillis = atMillis;
        }
        Bounds.within("startMillis", startMillis, Long.MIN_VALUE, atMillis);
    }
}
