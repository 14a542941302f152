package io.sluice.engine.ledger;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.credit.BucketCredits;
import io.sluice.engine.ledger.AdmissionResult.CountChange;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.BucketMarks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bucket that decides an admission for one limit, as it stands now.
 *
 * @param timeline the timeline of the account that the bucket is of
 * @param found what is in use
 * @param marks what else is remembered of it
 * @param countedUntilMillis until when it is known once it is charged; 0 if it is not counted
 * @param counts the next counts once it is charged
 * @param credits what the account has on top of the limit
 * @param overage the bucket that counts all that exceeds the limit; null if none does
 */
record ResolvedBucket(
        BucketKey key,
        AccountTimeline timeline,
        BucketState found,
        BucketMarks marks,
        long countedUntilMillis,
        List<CountChange> counts,
        BucketCredits credits,
        @Nullable ResolvedBucket overage) {

    /** A bucket without credits. */
    ResolvedBucket(
            BucketKey key,
            AccountTimeline timeline,
            BucketState found,
            BucketMarks marks,
            long countedUntilMillis,
            List<CountChange> counts) {
        this(key, timeline, found, marks, countedUntilMillis, counts, BucketCredits.NONE, /* overage= */ null);
    }

    ResolvedBucket with(BucketCredits otherCredits) {
        return new ResolvedBucket(key, timeline, found, marks, countedUntilMillis, counts, otherCredits, overage);
    }

    ResolvedBucket with(ResolvedBucket itsOverage) {
        return new ResolvedBucket(key, timeline, found, marks, countedUntilMillis, counts, credits, itsOverage);
    }

    /** The same at another moment, if nothing is charged until then. */
    ResolvedBucket at(Algorithm algorithm, long atMillis) {
        return new ResolvedBucket(
                key,
                timeline,
                algorithm.at(found, atMillis),
                marks,
                countedUntilMillis,
                counts,
                credits.at(atMillis),
                overage);
    }
}
