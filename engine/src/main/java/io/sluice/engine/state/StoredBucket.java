package io.sluice.engine.state;

import io.sluice.engine.bucket.BucketState;

/**
 * A bucket with the ruleset revision and the account's settings that give its numbers their meaning; see
 * {@code AccountTimeline#stored}.
 *
 * @param revision at least 1: a partition without a ruleset has no limits, hence no buckets
 * @param settingsVersion the version of the account's profile that last changed how its limits count; 0 for none
 * @param marks what else is remembered of the bucket
 */
public record StoredBucket(long revision, long settingsVersion, BucketState state, BucketMarks marks) {
    /** A bucket without marks, of an account whose profile has never changed how limits count. */
    public StoredBucket(long revision, BucketState state) {
        this(revision, 0, state, BucketMarks.NONE);
    }

    public StoredBucket {
        if (revision < 1) {
            throw new IllegalArgumentException("revision: " + revision + " (expected: at least 1)");
        }
    }
}
