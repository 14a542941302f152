package io.sluice.engine.ledger;

import io.sluice.engine.bucket.Bounds;
import io.sluice.engine.ruleset.AlertThresholds;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a bucket beside what is in use; changes only where the bucket is charged.
 *
 * @param quietPerMille the highest threshold that is not to be told of again yet, 0 if none; see
 *     {@link AlertThresholds}
 * @param knownUntilMillis until when it is no newcomer even if nothing is in use; see {@link OverflowGuard}
 */
public record BucketMarks(int quietPerMille, long knownUntilMillis) {
    public static final BucketMarks NONE = new BucketMarks(0, 0);

    static BucketMarks of(int quietPerMille, long knownUntilMillis) {
        return quietPerMille == 0 && knownUntilMillis == 0 ? NONE : new BucketMarks(quietPerMille, knownUntilMillis);
    }

    /** What is remembered of a bucket that may never have been stored. */
    static BucketMarks of(@Nullable StoredBucket stored) {
        return stored == null ? NONE : stored.marks();
    }

    /** The same with every threshold to be told of again. */
    BucketMarks armed() {
        return new BucketMarks(0, knownUntilMillis);
    }

    public BucketMarks {
        Bounds.within("quietPerMille", quietPerMille, 0, 1_000);
    }
}
