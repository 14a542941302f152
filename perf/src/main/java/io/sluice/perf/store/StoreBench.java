package io.sluice.perf.store;

import io.sluice.engine.bucket.TokenState;
import io.sluice.engine.ledger.BucketKey;
import io.sluice.engine.ledger.StoredBucket;
import io.sluice.streams.store.PartitionState;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A bucket to bytes and back, its key included, over a store that is a hash map. Public and open, for JMH. */
@State(Scope.Thread)
public class StoreBench {
    private static final BucketKey KEY = new BucketKey("acme", "per-client", "acme/team-a/alice");
    private static final StoredBucket BUCKET = new StoredBucket(7, new TokenState(1_700_000_000_000L, 3, 500));

    private final PartitionState state = new PartitionState(new HashKeyValueStore());

    /** Sees that what is written is read again. */
    @Setup
    public void setUp() {
        state.putBucket(KEY, BUCKET);
        if (!BUCKET.equals(state.bucket(KEY))) {
            throw new IllegalStateException(state.bucket(KEY) + " (expected: " + BUCKET + ")");
        }
    }

    @Benchmark
    public @Nullable StoredBucket readBucket() {
        return state.bucket(KEY);
    }

    @Benchmark
    public PartitionState writeBucket() {
        state.putBucket(KEY, BUCKET);
        return state;
    }
}
