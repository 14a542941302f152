package io.sluice.engine.state;

import io.sluice.engine.bucket.Bounds;

/**
 * The number of buckets of one limit that were charged in this period and in the last; each counts once in a period.
 *
 * @param endMillis the end of this period, which belongs to the next; a multiple of its length
 * @param periodMillis the length of the period
 * @param current buckets charged in this period
 * @param previous buckets charged in the one before
 */
public record BucketCount(long endMillis, long periodMillis, long current, long previous) {
    public static final BucketCount NONE = new BucketCount(0, 1, 0, 0);

    public BucketCount {
        Bounds.within("endMillis", endMillis, 0, Long.MAX_VALUE - periodMillis);
        Bounds.within("periodMillis", periodMillis, 1, Long.MAX_VALUE);
        Bounds.within("current", current, 0, Long.MAX_VALUE);
        Bounds.within("previous", previous, 0, Long.MAX_VALUE);
    }

    /** When this count no longer matters: from then on it equals an absent one. */
    public long lapsesAtMillis() {
        return endMillis + periodMillis;
    }

    /** The count in the period that {@code nowMillis} is in. */
    public BucketCount at(long nowMillis, long newPeriodMillis) {
        long newEndMillis = (nowMillis / newPeriodMillis + 1) * newPeriodMillis;
        if (nowMillis >= lapsesAtMillis()) {
            return new BucketCount(newEndMillis, newPeriodMillis, 0, 0);
        }
        if (newPeriodMillis == periodMillis) {
            return newEndMillis == endMillis ? this : new BucketCount(newEndMillis, newPeriodMillis, 0, current);
        }
        // The rules have changed the length of periods; the fuller one counts as the last.
        return new BucketCount(newEndMillis, newPeriodMillis, 0, Math.max(current, previous));
    }

    public boolean hasRoomFor(long max) {
        return current < max && previous < max;
    }

    public BucketCount withOneMore() {
        return new BucketCount(endMillis, periodMillis, current + 1, previous);
    }
}
