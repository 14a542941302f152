package io.sluice.engine.state;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.ruleset.AccessLists.Listing;

/**
 * The list entry that answered an admission in place of its limits.
 *
 * @param listId the list
 * @param reason why the subject is on it, in the words of the entry's author; may be empty
 * @param untilMillis until when a caller that gets this answer now has to wait; {@link Long#MAX_VALUE} for ever
 */
public record ListMatch(String listId, String reason, long untilMillis) {
    public static ListMatch by(Listing listing, PartitionClock clock, long nowMillis) {
        long untilMillis = listing.untilMillis() == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : nowMillis + clock.callersMillis(listing.untilMillis() - nowMillis);
        return new ListMatch(listing.listId(), listing.reason(), untilMillis);
    }

    long waitMillis(long nowMillis) {
        return untilMillis == Long.MAX_VALUE ? Algorithm.NEVER : untilMillis - nowMillis;
    }
}
