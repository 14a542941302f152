package io.sluice.engine.ledger;

import io.sluice.engine.bucket.Algorithm;

/**
 * The list entry that answered an admission in place of its limits.
 *
 * @param listId the list
 * @param reason why the subject is on it, in the words of whoever listed it; may be empty
 * @param untilMillis the partition's time from which on it no longer is; {@link Long#MAX_VALUE} for ever
 */
public record Listed(String listId, String reason, long untilMillis) {
    long waitMillis(long nowMillis) {
        return untilMillis == Long.MAX_VALUE ? Algorithm.NEVER : untilMillis - nowMillis;
    }
}
