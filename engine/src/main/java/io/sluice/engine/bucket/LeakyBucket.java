package io.sluice.engine.bucket;

/**
 * A leaky bucket as a queue: admissions leave one after the other at {@code outflow}, and at most {@code queue} wait.
 *
 * <p>It admits the same as a {@link TokenBucket} of the same rate and size. In addition it computes how long to delay
 * each admission, so that admissions leave evenly. A request waits for everything that was admitted before it and has
 * not left. With 2 per second and a queue of 3, four requests at once get
 *
 * <pre>
 *   allow, delay 0 ms      allow, delay 500 ms      allow, delay 1000 ms      deny, retry after 500 ms
 * </pre>
 *
 * <p>Source: J. Turner, "New directions in communications", 1986; "as a queue" as ITU-T and nginx limit_req mean it.
 */
public record LeakyBucket(Rate outflow, long queue) implements Algorithm {
    public LeakyBucket {
        Bounds.within("queue", queue, 1, TokenBucket.BURST_MAX);
    }

    /** The content of the queue, counted as a token bucket counts its missing tokens. */
    TokenBucket backlog() {
        return new TokenBucket(outflow, queue);
    }

    @Override
    public long capacity() {
        return queue;
    }

    @Override
    public TokenState full(long nowMillis) {
        return TokenState.full(nowMillis);
    }

    @Override
    public TokenState at(BucketState state, long nowMillis) {
        return backlog().at(state, nowMillis);
    }

    @Override
    public boolean isLeasable() {
        return false;
    }

    @Override
    public long balance(BucketState state) {
        return backlog().balance(state);
    }

    @Override
    public TokenState charged(BucketState state, long cost, long slotId) {
        return backlog().charged(state, cost, slotId);
    }

    @Override
    public TokenState debited(BucketState state, long tokens, long slotId) {
        return backlog().debited(state, tokens, slotId);
    }

    @Override
    public TokenState held(BucketState state, long slotId, long afterMillis) {
        return backlog().held(state, slotId, afterMillis);
    }

    @Override
    public TokenState returned(BucketState state, Charge charge, long cost) {
        return backlog().returned(state, charge, cost);
    }

    @Override
    public long waitMillis(BucketState state, long cost) {
        return backlog().waitMillis(state, cost);
    }

    @Override
    public long windowMillis(BucketState state) {
        return backlog().windowMillis(state);
    }

    /** The time until everything that waits now has left. */
    @Override
    public long delayMillis(BucketState state) {
        return backlog().fullAfterMillis(state);
    }

    @Override
    public boolean chargesInAdvance() {
        return true;
    }

    /** A request that waits for room in the queue is behind all that is in it. */
    @Override
    public long delayMillis(BucketState state, long cost) {
        return delayMillis(state);
    }

    @Override
    public TokenState chargedInAdvance(BucketState state, long cost, long slotId, long afterMillis) {
        return backlog().chargedInAdvance(state, cost, slotId, afterMillis);
    }

    @Override
    public TokenState withAdvance(BucketState state, TokenState before, long tokens) {
        return backlog().withAdvance(state, before, tokens);
    }

    @Override
    public BucketState handedTo(Algorithm successor, BucketState state) {
        return backlog().handedTo(successor, state);
    }

    @Override
    public TokenState withUsed(long nowMillis, long usedTokens) {
        return backlog().withUsed(nowMillis, usedTokens);
    }

    @Override
    public long graceMax() {
        return 0;
    }

    @Override
    public LeakyBucket widened(long tokens) {
        Bounds.within("tokens", tokens, 0, graceMax());
        return this;
    }

    @Override
    public LeakyBucket scaled(int perMille) {
        return new LeakyBucket(outflow.scaled(perMille), Algorithm.scaledTokens(queue, perMille));
    }
}
