package io.sluice.engine.wide;

import io.sluice.engine.bucket.Bounds;
import io.sluice.engine.state.PartitionClock;

/**
 * That a request with an idempotency key is between partitions.
 *
 * @param offset of the record that sent it out
 * @param departedMillis when, in the time of its account's partition
 * @param sentMillis when the request first went out, by the broker's time stamps: it comes home with the same
 */
public record TravellingKey(long offset, long departedMillis, long sentMillis) {
    /**
     * How long one is remembered, in partition time. A request is late by time stamps, and one wrong stamp can take the
     * partition's time ahead of them: while its entry counts, it can come home in time.
     */
    public static final long REMEMBERED_MILLIS = WideStatements.AGE_MILLIS_MAX + PartitionClock.STEP_MILLIS_MAX;

    public TravellingKey {
        Bounds.within("offset", offset, 0, Long.MAX_VALUE);
        Bounds.within("departedMillis", departedMillis, 0, Long.MAX_VALUE);
        Bounds.within("sentMillis", sentMillis, 0, Long.MAX_VALUE);
    }

    /** Whether the request cannot come home any more, but too late; once it is, it stays so. */
    public boolean isExpired(long nowMillis) {
        return nowMillis - departedMillis > REMEMBERED_MILLIS;
    }
}
