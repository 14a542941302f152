package io.sluice.engine.bucket;

/**
 * An algorithm that counts one limit: pure functions from a bucket's state, a cost and a moment to the next state and
 * the waits.
 *
 * <p>Time passes only in {@link #at}; every other method gets a state that {@code at} returned. All arithmetic is
 * exact, on integers. For every algorithm:
 *
 * <ul>
 *   <li>a full bucket equals one that was never stored, and stays full as time passes;
 *   <li>nothing but a charge takes tokens away, so the remaining tokens never fall as time passes;
 *   <li>{@code waitMillis} is exact: after that wait, with nothing in between, the cost is admitted; one millisecond
 *       earlier it is not.
 * </ul>
 */
public sealed interface Algorithm
        permits TokenBucket, LeakyBucket, FixedWindow, SlidingWindowCounter, SlidingWindowLog, Concurrency {
    /** The longest reported wait, 2^53 - 1 ms (285,000 years), the largest integer that every JSON reader keeps. */
    long WAIT_MILLIS_MAX = (1L << 53) - 1;
    /** The answer to a wait that never ends: the cost is above the capacity. */
    long NEVER = Long.MAX_VALUE;
    /** The longest wait for which tokens are taken in advance: it bounds how far beyond empty a bucket can be. */
    long DELAY_MILLIS_MAX = 60_000;

    /** The most tokens that can be in use at once. */
    long capacity();

    /** A bucket with nothing in use. */
    BucketState full(long nowMillis);

    /** The state at {@code nowMillis}; a moment before the state's own leaves it as it is. */
    BucketState at(BucketState state, long nowMillis);

    /** The tokens that can be taken now; below 0 if the bucket is in debt, or was charged in advance. */
    long balance(BucketState state);

    /** The tokens that can be taken now. */
    default long remaining(BucketState state) {
        return Math.max(0, balance(state));
    }

    /** The most tokens by which a charge may take a bucket below empty: what its state can record. */
    default long overdraftMax() {
        return TokenBucket.BURST_MAX - capacity();
    }

    /** The most tokens by which admissions may exceed the limit: none where they queue, or are in flight. */
    default long graceMax() {
        return overdraftMax();
    }

    /**
     * The same algorithm with a capacity that is larger by this many tokens. Both read the same states, since buckets
     * store what is in use.
     *
     * @param tokens at most {@link #graceMax}
     */
    Algorithm widened(long tokens);

    /**
     * Tokens that can be charged now, whether they are there or not.
     *
     * @param overdraft how far below empty the bucket may be afterwards; cut to {@link #overdraftMax}
     */
    default long chargeable(BucketState state, long overdraft) {
        return Math.max(0, balance(state) + Math.min(overdraft, overdraftMax()));
    }

    /** Whether {@code cost} tokens can be taken now; a cost of 0 always can. */
    default boolean admits(BucketState state, long cost) {
        return cost == 0 || cost <= remaining(state);
    }

    /**
     * The state after taking {@code cost} tokens, which must be there.
     *
     * @param slotId distinguishes this charge from others to the same bucket, for {@link #returned}
     */
    BucketState charged(BucketState state, long cost, long slotId);

    /**
     * The state after taking {@code tokens}, whether the bucket has them or not. A bucket then refills from below
     * empty; in a window, the excess ends with the window.
     *
     * @param tokens at most what is {@link #chargeable} with {@link #overdraftMax}
     */
    BucketState debited(BucketState state, long tokens, long slotId);

    /**
     * The state after a charge that may be given back, which was the last one.
     *
     * @param afterMillis how long after the charge its scheduled time was; 0 if it was charged at once
     */
    default BucketState held(BucketState state, long slotId, long afterMillis) {
        return state;
    }

    /**
     * The state after a charge that was {@link #held} has ended, with {@code cost} of its tokens given back: as if
     * they had never been taken, and never more than that.
     */
    BucketState returned(BucketState state, Charge charge, long cost);

    /**
     * The state after a charge that waits for its verdict; it was the last charge. A record of the log ends it
     * ({@link #closed}), so the state may depend on when.
     *
     * @param tokens what was charged
     */
    default BucketState opened(BucketState state, long slotId, long tokens) {
        return state;
    }

    /**
     * The state after a charge that was {@link #opened} has ended: as if the returned tokens had never been taken,
     * and never fuller than that.
     *
     * @param tokens what was charged
     * @param returned how much of it is given back
     */
    default BucketState closed(BucketState state, Charge charge, long tokens, long returned) {
        return returned(state, charge, returned);
    }

    /**
     * Milliseconds until {@code cost} tokens can be taken without other requests: 0 if now, {@link #NEVER} if the cost
     * is above the capacity, at most {@link #WAIT_MILLIS_MAX} otherwise.
     */
    long waitMillis(BucketState state, long cost);

    /** Milliseconds until one more token than now can be taken; 0 if the bucket is full. */
    default long nextTokenMillis(BucketState state) {
        return state.isFull() ? 0 : waitMillis(state, Math.min(capacity(), remaining(state) + 1));
    }

    /** Milliseconds until the bucket is full. */
    default long fullAfterMillis(BucketState state) {
        return state.isFull() ? 0 : waitMillis(state, capacity());
    }

    /** Milliseconds of the window in which the capacity is granted, around the state's moment. */
    long windowMillis(BucketState state);

    /** Milliseconds for which an admission that is charged to this state has to be delayed. */
    default long delayMillis(BucketState state) {
        return 0;
    }

    /**
     * Whether tokens can be charged before they have flowed in. That needs a state that records later charges; an
     * exhausted window and occupied slots do not.
     */
    default boolean chargesInAdvance() {
        return false;
    }

    /**
     * Milliseconds until the scheduled time of an admission that is charged now, in advance if need be. Only for an
     * algorithm that charges in advance, and for a {@code cost} of at most its capacity.
     *
     * @param cost tokens that must be there at its scheduled time
     */
    default long delayMillis(BucketState state, long cost) {
        return waitMillis(state, cost);
    }

    /**
     * The state after taking {@code cost} tokens that will be there in {@code afterMillis}: as if they were taken
     * then, so that later requests queue behind them.
     *
     * @param afterMillis 0 to {@link #DELAY_MILLIS_MAX}; above 0 only where {@link #chargesInAdvance}
     */
    default BucketState chargedInAdvance(BucketState state, long cost, long slotId, long afterMillis) {
        Bounds.within("afterMillis", afterMillis, 0, 0);
        return charged(state, cost, slotId);
    }

    /**
     * Whether tokens may be leased: not if it matters which requests are in flight, or in which order.
     */
    default boolean isLeasable() {
        return true;
    }

    /** Milliseconds in which tokens that are taken from this state count as spent in time. */
    default long spendableMillis(BucketState state) {
        return Long.MAX_VALUE;
    }

    /**
     * This state with the advance of {@code before}, which it replaces: callers were given those scheduled times, and
     * will use them. An algorithm that cannot charge in advance drops them.
     *
     * @param tokens how many of them are not contained in {@code state}
     */
    default BucketState withAdvance(BucketState state, TokenState before, long tokens) {
        return state;
    }

    /**
     * The state that this limit hands to its successor: tokens in use stay in use, up to the new capacity. So a full
     * bucket stays full.
     */
    default BucketState handedTo(Algorithm successor, BucketState state) {
        return state.isFull()
                ? successor.full(state.atMillis())
                : successor.withUsed(state.atMillis(), state.usedTokens());
    }

    /** A state with so many tokens in use, or as many as there can be: what a change of algorithm carries over. */
    BucketState withUsed(long nowMillis, long usedTokens);

    /**
     * The same algorithm with its capacity and rate scaled down, rounded down, but never to nothing.
     *
     * @param perMille 1..1000
     */
    Algorithm scaled(int perMille);

    /** A number of tokens scaled down, at least 1. */
    static long scaledTokens(long tokens, int perMille) {
        return Math.max(1, WideMath.multiplyAddDivide(tokens, perMille, /* addend= */ 0, /* divisor= */ 1_000));
    }

    /** Refuses a charge that {@link #admits} does not allow: a bug in the calling code. */
    static void requireAdmitted(Algorithm algorithm, BucketState state, long cost) {
        if (!algorithm.admits(state, cost)) {
            throw new IllegalArgumentException("cost: " + cost + " (expected: 0.." + algorithm.remaining(state) + ")");
        }
    }
}
