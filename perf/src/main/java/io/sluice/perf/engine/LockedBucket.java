package io.sluice.perf.engine;

/** The least that a token bucket can be: two longs behind a lock, whole tokens only. */
final class LockedBucket {
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
