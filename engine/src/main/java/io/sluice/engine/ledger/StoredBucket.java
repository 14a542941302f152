package io.sluice.engine.ledger;

import io.sluice.engine.bucket.BucketState;

/**
 * A bucket with the ruleset revision whose limit gives its numbers their meaning.
 *
 * @param revision at least 1: a partition without a ruleset has no limits, hence no buckets
 * @param marks what is remembered of the bucket beside what is in use
 */
public record StoredBucket(long revision, BucketState state, BucketMarks marks) {
    /** A bucket of which nothing else is remembered. */
    public StoredBucket(long revision, BucketState state) {
        this(revision, state, BucketMarks.NONE);
    }

    public StoredBucket {
        if (revision < 1) {
            throw new IllegalArgumentException("revision: " + revision + " (expected: at least 1)");
        }
    }
}
