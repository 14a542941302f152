package io.sluice.gateway.quota;

import java.util.concurrent.atomic.AtomicInteger;

/** The bound on the buckets of all streams together. */
final class BucketRoom {
    private final int max;
    private final AtomicInteger taken = new AtomicInteger();

    BucketRoom(int max) {
        this.max = max;
    }

    /** Reserves the place of one bucket; false if there is none. */
    boolean take() {
        if (taken.incrementAndGet() > max) {
            taken.decrementAndGet();
            return false;
        }
        return true;
    }

    void giveBack(int buckets) {
        taken.addAndGet(-buckets);
    }

    int taken() {
        return taken.get();
    }

    int max() {
        return max;
    }
}
