package io.sluice.engine.ledger;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.OnExceed;

/**
 * What one limit said to one admission. Waits count from the moment of the decision, in
 * milliseconds of the caller.
 *
 * @param limitId the limit
 * @param scope the bucket's scope value
 * @param capacity the most tokens that the bucket holds
 * @param remaining tokens left: after the charge if the admission was allowed, as found otherwise
 * @param windowMillis how long an empty bucket takes to fill
 * @param resetAfterMillis how long until the bucket is full
 * @param nextTokenMillis how long until there is one token more; 0 if full
 * @param retryAfterMillis how long until this limit would let the same question through: 0 if it did,
 *     {@link Algorithm#NEVER} if it never will
 * @param delayMillis how long until the admission's turn: 0 unless it queued, or was ready to wait
 * @param enforced whether the limit could refuse; otherwise it only shows what it would have done
 * @param action what the limit did about an admission that exceeds it: {@link OnExceed#THROTTLE} if it was charged in
 *     advance; {@link OnExceed#DENY} also where there was nothing to do
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
        boolean enforced,
        OnExceed action) {

    /** What a limit says that denies, or has nothing to do. */
    public LimitOutcome(
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
        this(
                limitId,
                scope,
                capacity,
                remaining,
                windowMillis,
                resetAfterMillis,
                nextTokenMillis,
                retryAfterMillis,
                delayMillis,
                enforced,
                OnExceed.DENY);
    }

    /** What the limit says to an admission that asks for nothing. */
    static LimitOutcome of(Limit limit, String scope, BucketState state, boolean enforced, PartitionClock clock) {
        Algorithm algorithm = limit.algorithm();
        return new LimitOutcome(
                limit.id(),
                scope,
                algorithm.capacity(),
                algorithm.remaining(state),
                algorithm.windowMillis(state),
                clock.callersMillis(algorithm.fullAfterMillis(state)),
                clock.callersMillis(algorithm.nextTokenMillis(state)),
                /* retryAfterMillis= */ 0,
                /* delayMillis= */ 0,
                enforced);
    }

    /** The same bucket, in the face of a cost for which it makes wait so long, and does that about it. */
    LimitOutcome waiting(long otherRetryAfterMillis, OnExceed otherAction) {
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
                enforced,
                otherAction);
    }

    /** Whether it is enforced, and was exceeded without refusing. */
    boolean tagged() {
        return enforced && refused() && action == OnExceed.TAG;
    }

    /** Whether this limit would have refused the admission; only one that is enforced did. */
    public boolean refused() {
        return retryAfterMillis != 0;
    }
}
