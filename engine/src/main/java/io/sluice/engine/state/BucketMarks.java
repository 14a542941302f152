package io.sluice.engine.state;

import io.sluice.engine.bucket.Bounds;
import io.sluice.engine.ruleset.AlertThresholds;
import org.jspecify.annotations.Nullable;

/**
 * Two numbers that are stored with a bucket; they change only when the bucket is charged.
 *
 * @param quietPerMille the highest threshold that is not to be reported again yet, 0 if none; see
 *     {@link AlertThresholds}
 * @param countedUntilMillis until when it is not a new bucket even if nothing is in use; see {@code BucketResolver}
 */
public record BucketMarks(int quietPerMille, long countedUntilMillis) {
    public static final BucketMarks NONE = new BucketMarks(0, 0);

    public static BucketMarks of(int quietPerMille, long countedUntilMillis) {
        return quietPerMille == 0 && countedUntilMillis == 0
                ? NONE
                : new BucketMarks(quietPerMille, countedUntilMillis);
    }

    /** What is remembered of a bucket that may never have been stored. */
    public static BucketMarks of(@Nullable StoredBucket stored) {
        return stored == null ? NONE : stored.marks();
    }

    /** The same marks with every threshold armed again. */
    public BucketMarks armed() {
        return new BucketMarks(0, countedUntilMillis);
    }

    public BucketMarks {
        Bounds.within("quietPerMille", quietPerMille, 0, AlertThresholds.PER_MILLE_MAX);
    }
}
