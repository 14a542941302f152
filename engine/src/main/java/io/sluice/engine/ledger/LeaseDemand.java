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
 * @param overMillis how long it would wait for the last of tokens that are still to come, if too few are there; 0 to
 *     take none
 */
public record LeaseDemand(Admission admission, long prefetchTokens, long ttlMillis, long roadMillis, long overMillis) {
    /** The demand of a request that comes straight from its front end, for tokens that are there. */
    public LeaseDemand(Admission admission, long prefetchTokens, long ttlMillis) {
        this(admission, prefetchTokens, ttlMillis, /* roadMillis= */ 0, /* overMillis= */ 0);
    }

    public LeaseDemand {
        Bounds.within("aheadTokens", prefetchTokens, 0, Long.MAX_VALUE);
        Bounds.within("ttlMillis", ttlMillis, 1, Admission.RESERVE_MILLIS_MAX);
        Bounds.within("roadMillis", roadMillis, 0, Long.MAX_VALUE);
        Bounds.within("overMillis", overMillis, 0, ttlMillis);
    }
}
