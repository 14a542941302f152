package io.sluice.engine.ledger;

import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.Limit;

/**
 * One limit in the face of one admission, before anything is charged.
 *
 * @param found the bucket as it stands now
 * @param enforced whether the limit may refuse this account
 * @param admits whether the limit itself lets the cost through
 */
record LimitCheck(Limit limit, BucketKey key, BucketState found, boolean enforced, boolean admits) {

    /** Whether any wait would help. */
    boolean isPossible(long cost) {
        return cost <= limit.algorithm().capacity();
    }

    /** The bucket once the admission is charged to it, which must be admitted. */
    BucketState charged(Admission admission, long offset) {
        BucketState charged = limit.algorithm().charged(found, admission.cost(), offset);
        return admission.reserveMillis() > 0 ? limit.algorithm().held(charged, offset) : charged;
    }

    /** What the limit says, its bucket being left in this state. */
    LimitOutcome outcome(BucketState left, long cost) {
        long retryAfterMillis = admits ? 0 : limit.algorithm().waitMillis(found, cost);
        long delayMillis = admits ? limit.algorithm().delayMillis(found) : 0;
        return LimitOutcome.of(limit, key.scope(), left, enforced, retryAfterMillis, delayMillis);
    }
}
