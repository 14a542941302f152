package io.sluice.perf.engine;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.bucket.TokenState;
import io.sluice.engine.ruleset.Limit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The arithmetic of limits alone, all or nothing: stored numbers in, stored numbers out, as a store keeps them; no
 * keys, no matching, no answer. Public and open, since JMH derives from it.
 */
@State(Scope.Thread)
public class EvaluationBench {
    private static final int NUMBERS = 3;

    @Param({"1", "4"})
    int limits;

    private final Workload workload = new Workload();
    private Algorithm[] algorithms = {};
    private long[] stored = {};

    @Setup
    public void setUp() {
        algorithms = Workload.applyingLimits(limits).limits().stream()
                .map(Limit::algorithm)
                .toArray(Algorithm[]::new);
        stored = new long[NUMBERS * limits];
    }

    /** Returns the fewest tokens left, or -1 if one limit refuses. */
    @Benchmark
    public long evaluate() {
        long nowMillis = workload.nextMillis();
        for (int i = 0; i < algorithms.length; i++) {
            if (!algorithms[i].admits(read(i, nowMillis), 1)) {
                return -1;
            }
        }
        long fewest = Long.MAX_VALUE;
        for (int i = 0; i < algorithms.length; i++) {
            BucketState charged = algorithms[i].charged(read(i, nowMillis), 1, /* slotId= */ 0);
            write(i, (TokenState) charged);
            fewest = Math.min(fewest, algorithms[i].remaining(charged));
        }
        return fewest;
    }

    private BucketState read(int limit, long nowMillis) {
        int at = NUMBERS * limit;
        return algorithms[limit].at(new TokenState(stored[at], stored[at + 1], stored[at + 2]), nowMillis);
    }

    private void write(int limit, TokenState state) {
        int at = NUMBERS * limit;
        stored[at] = state.atMillis();
        stored[at + 1] = state.usedTokens();
        stored[at + 2] = state.refilledParts();
    }
}
