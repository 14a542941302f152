package io.sluice.engine.bucket;

/** The stored state of one bucket at one moment; its kind depends on the limit's {@link Algorithm}. */
public sealed interface BucketState permits TokenState, WindowState, SlidingCounterState, SlidingLogState, SlotsState {
    /** The moment of this state, in milliseconds since the epoch. */
    long atMillis();

    /**
     * Tokens in use at that moment, or a little more where the algorithm weighs them: what a change of limits carries
     * over.
     */
    long usedTokens();

    /** Whether nothing is in use, so that it equals a bucket that was never stored. */
    default boolean isFull() {
        return usedTokens() == 0;
    }
}
