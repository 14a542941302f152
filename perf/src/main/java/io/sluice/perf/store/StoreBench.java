package io.sluice.perf.store;

import io.sluice.engine.bucket.TokenState;
import io.sluice.engine.ledger.StoredBucket;
import io.sluice.streams.store.BucketEntries;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A bucket to the bytes that are stored, and back. Public and open, for JMH. */
@State(Scope.Thread)
public class StoreBench {
    private static final StoredBucket BUCKET = new StoredBucket(7, new TokenState(1_700_000_000_000L, 3, 500));

    private final byte[] encoded = BucketEntries.encoded(BUCKET);

    @Benchmark
    public StoredBucket readBucket() {
        return BucketEntries.decoded(encoded);
    }

    @Benchmark
    public byte[] writeBucket() {
        return BucketEntries.encoded(BUCKET);
    }
}
