package io.sluice.engine.ledger;

import io.sluice.engine.bucket.BucketState;

/**
 * A bucket with the ruleset revision whose limit gives its numbers their meaning.
 *
 * @param revision at least 1: a partition without a ruleset has no limits, hence no buckets
 */
public record StoredBucket(long revision, BucketState state) {
    public StoredBucket {
        if (revision < 1) {
            throw new IllegalArgumentException("revision: " + revision + " (expected: at least 1)");
        }
    }
}
