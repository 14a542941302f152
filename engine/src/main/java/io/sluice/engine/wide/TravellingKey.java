package io.sluice.engine.wide;

import io.sluice.engine.bucket.Bounds;

/**
 * That a request with an idempotency key is between partitions.
 *
 * @param offset of the record that sent it out
 * @param sentMillis when, in the time of its account's partition
 */
public record TravellingKey(long offset, long sentMillis) {
    public TravellingKey {
        Bounds.within("offset", offset, 0, Long.MAX_VALUE);
        Bounds.within("sentMillis", sentMillis, 0, Long.MAX_VALUE);
    }

    /** Whether the request cannot come home any more, but too late. */
    public boolean isExpired(long nowMillis) {
        return WideStatements.isLate(sentMillis, nowMillis);
    }
}
