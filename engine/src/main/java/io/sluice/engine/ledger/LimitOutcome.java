package io.sluice.engine.ledger;

import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.bucket.TokenBucket;
import io.sluice.engine.ruleset.Limit;

/**
 * What one limit said to one admission. Waits count from the moment of the decision, in milliseconds.
 *
 * @param limitId the limit
 * @param scope the bucket's scope value
 * @param capacity the most tokens that the bucket holds
 * @param remaining tokens left: after the charge if the admission was allowed, as found otherwise
 * @param windowMillis how long an empty bucket takes to fill
 * @param resetAfterMillis how long until the bucket is full
 * @param nextTokenMillis how long until there is one token more; 0 if full
 * @param retryAfterMillis how long until this limit would let the same cost through: 0 if it did,
 *     {@link TokenBucket#NEVER} if it never will
 */
public record LimitOutcome(
        String limitId,
        String scope,
        long capacity,
        long remaining,
        long windowMillis,
        long resetAfterMillis,
        long nextTokenMillis,
        long retryAfterMillis) {

    static LimitOutcome of(Limit limit, String scope, BucketState state, long retryAfterMillis) {
        TokenBucket bucket = limit.bucket();
        return new LimitOutcome(
                limit.id(),
                scope,
                bucket.burst(),
                bucket.remaining(state),
                bucket.windowMillis(),
                bucket.fullAfterMillis(state),
                bucket.nextTokenMillis(state),
                retryAfterMillis);
    }

    public boolean refused() {
        return retryAfterMillis != 0;
    }
}
