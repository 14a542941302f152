package io.sluice.perf.engine;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The same request to limiters that only live in memory. Public and open, since JMH derives from it.
 *
 * <p>Every one finds its bucket by the client ID first, as a limiter of many clients must.
 */
@State(Scope.Thread)
public class PeerBench {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Workload workload = new Workload();
    private final Map<String, LockedBucket> lockedBuckets = new HashMap<>(Map.of(Workload.CLIENT, new LockedBucket()));
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>(Map.of(Workload.CLIENT, bucket4j()));

    private Bucket bucket4j() {
        return Bucket.builder()
                .addLimit(limit ->
                        limit.capacity(Workload.BURST).refillGreedy(Workload.TOKENS_PER_MILLI, Duration.ofMillis(1)))
                .withCustomTimePrecision(new WorkloadTime())
                .build();
    }

    /** The least that a token bucket can be: two longs behind a lock, whole tokens only. */
    static final class LockedBucket {
        private static final int TOKENS = 0;
        private static final int AT_MILLIS = 1;

        private final long[] state = {Workload.BURST, 0};

        synchronized boolean tryTake(long cost, long nowMillis) {
            if (nowMillis > state[AT_MILLIS]) {
                long refilled = state[TOKENS] + (nowMillis - state[AT_MILLIS]) * Workload.TOKENS_PER_MILLI;
                state[TOKENS] = Math.min(Workload.BURST, refilled);
                state[AT_MILLIS] = nowMillis;
            }
            if (state[TOKENS] < cost) {
                return false;
            }
            state[TOKENS] -= cost;
            return true;
        }
    }

    /** The workload's time, so that no peer pays for a read of the system's clock. */
    private final class WorkloadTime implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return workload.nextMillis() * NANOS_PER_MILLI;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }

    @Benchmark
    public @Nullable LockedBucket hashMap() {
        return lockedBuckets.get(Workload.CLIENT);
    }

    @Benchmark
    public boolean locked() {
        LockedBucket bucket = lockedBuckets.get(Workload.CLIENT);
        return bucket != null && bucket.tryTake(1, workload.nextMillis());
    }

    @Benchmark
    public boolean bucket4jTry() {
        Bucket bucket = buckets.get(Workload.CLIENT);
        return bucket != null && bucket.tryConsume(1);
    }

    @Benchmark
    public @Nullable ConsumptionProbe bucket4jProbe() {
        Bucket bucket = buckets.get(Workload.CLIENT);
        return bucket == null ? null : bucket.tryConsumeAndReturnRemaining(1);
    }
}
