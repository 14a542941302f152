package io.sluice.perf.store;

import io.sluice.engine.bucket.TokenState;
import io.sluice.engine.state.StoredBucket;
import io.sluice.streams.store.BucketEntries;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A bucket to the bytes that are stored, and back, alone on its bucket group. Public and open, for JMH. */
@State(Scope.Thread)
public class StoreBench {
    private static final Map<String, StoredBucket> GROUP =
            Map.of("per-client", new StoredBucket(7, new TokenState(1_700_000_000_000L, 3, 500)));

    private final byte[] encoded = BucketEntries.encoded(GROUP);

    @Benchmark
    public Map<String, StoredBucket> readBucket() {
        return BucketEntries.decoded(encoded);
    }

    @Benchmark
    public byte[] writeBucket() {
        return BucketEntries.encoded(GROUP);
    }
}
