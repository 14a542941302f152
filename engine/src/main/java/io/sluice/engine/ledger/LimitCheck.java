package io.sluice.engine.ledger;

import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.ruleset.Limit;

/**
 * One limit in the face of one admission, before anything is charged.
 *
 * @param place the bucket as it stands now
 * @param enforced whether the limit may refuse this account
 * @param admits whether the limit itself lets the cost through
 */
record LimitCheck(Limit limit, Place place, boolean enforced, boolean admits) {
    BucketKey key() {
        return place.key();
    }

    BucketState found() {
        return place.found();
    }

    /** Whether any wait would help. */
    boolean isPossible(long cost) {
        return cost <= limit.algorithm().capacity();
    }

    /** What the limit says, its bucket being left in this state. */
    LimitOutcome outcome(BucketState left, long cost) {
        long retryAfterMillis = admits ? 0 : limit.algorithm().waitMillis(found(), cost);
        long delayMillis = admits ? limit.algorithm().delayMillis(found()) : 0;
        return LimitOutcome.of(limit, key().scope(), left, enforced, retryAfterMillis, delayMillis);
    }
}
