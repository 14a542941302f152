package io.sluice.engine.ledger;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.BucketState;
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
 *     {@link Algorithm#NEVER} if it never will
 * @param delayMillis how long the admission is to be held before it goes ahead; 0 unless it queued
 * @param enforced whether the limit could refuse; otherwise it only shows what it would have done
 */
public record LimitOutcome(
        String limitId,
        String scope,
        long capacity,
        long remaining,
        long windowMillis,
        long resetAfterMillis,
        long nextTokenMillis,
        long retryAfterMillis,
        long delayMillis,
        boolean enforced) {

    /** What the limit says to an admission that asks for nothing. */
    static LimitOutcome of(Limit limit, String scope, BucketState state, boolean enforced) {
        return of(limit, scope, state, enforced, /* retryAfterMillis= */ 0, /* delayMillis= */ 0);
    }

    static LimitOutcome of(
            Limit limit, String scope, BucketState state, boolean enforced, long retryAfterMillis, long delayMillis) {
        Algorithm algorithm = limit.algorithm();
        return new LimitOutcome(
                limit.id(),
                scope,
                algorithm.capacity(),
                algorithm.remaining(state),
                algorithm.windowMillis(state),
                algorithm.fullAfterMillis(state),
                algorithm.nextTokenMillis(state),
                retryAfterMillis,
                delayMillis,
                enforced);
    }

    /** The same bucket, in the face of a cost for which it makes wait so long. */
    LimitOutcome waiting(long otherRetryAfterMillis) {
        return new LimitOutcome(
                limitId,
                scope,
                capacity,
                remaining,
                windowMillis,
                resetAfterMillis,
                nextTokenMillis,
                otherRetryAfterMillis,
                delayMillis,
                enforced);
    }

    /** Whether this limit would have refused the admission; only one that is enforced did. */
    public boolean refused() {
        return retryAfterMillis != 0;
    }
}
