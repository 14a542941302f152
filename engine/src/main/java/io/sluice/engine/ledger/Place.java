package io.sluice.engine.ledger;

import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.ledger.Judgement.CountChange;
import java.util.List;

/**
 * The bucket that an admission is judged by for one limit, as it stands now.
 *
 * @param course the course of the account that the bucket is of
 * @param found what is in use
 * @param marks what is remembered of it besides
 * @param knownUntilMillis until when it is known once it is charged; 0 if nobody keeps count
 * @param counts what becomes of the counts once it is charged
 */
record Place(
        BucketKey key,
        AccountCourse course,
        BucketState found,
        BucketMarks marks,
        long knownUntilMillis,
        List<CountChange> counts) {}
