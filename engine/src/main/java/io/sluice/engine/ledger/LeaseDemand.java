package io.sluice.engine.ledger;

import io.sluice.engine.bucket.Bounds;
import io.sluice.engine.ruleset.Admission;

/**
 * Tokens that a front end wants, to answer by itself for a while.
 *
 * @param admission the requests to come; its cost is the sum for the callers that wait for the lease, and may be 0
 * @param prefetchTokens tokens for requests to come
 * @param ttlMillis how long it wants to spend them, from its request on
 * @param roadMillis how much of that the request has been between partitions
 */
public record LeaseDemand(Admission admission, long prefetchTokens, long ttlMillis, long roadMillis) {
    /** The demand of a request that comes straight from its front end. */
    public LeaseDemand(Admission admission, long prefetchTokens, long ttlMillis) {
        this(admission, prefetchTokens, ttlMillis, /* roadMillis= */ 0);
    }

    public LeaseDemand {
        Bounds.within("aheadTokens", prefetchTokens, 0, Long.MAX_VALUE);
        Bounds.within("ttlMillis", ttlMillis, 1, Admission.RESERVE_MILLIS_MAX);
        Bounds.within("roadMillis", roadMillis, 0, Long.MAX_VALUE);
    }
}
