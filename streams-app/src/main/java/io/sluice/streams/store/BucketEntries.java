package io.sluice.streams.store;

import io.sluice.engine.ledger.BucketKey;
import io.sluice.engine.ledger.StoredBucket;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads buckets out of raw store or changelog entries, for tools and tests that look at the state from outside. */
public final class BucketEntries {
    private BucketEntries() {}

    /** The bucket in a raw entry, or null if the entry is something else. */
    public static Map.@Nullable Entry<BucketKey, StoredBucket> read(byte[] key, byte[] value) {
        BucketKey bucketKey = StateKeys.bucketKey(key);
        return bucketKey == null ? null : Map.entry(bucketKey, StateValues.bucket(value));
    }
}
