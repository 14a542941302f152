package io.sluice.gateway.quota;

import java.util.concurrent.atomic.AtomicInteger;

/** How many buckets all streams may have together. */
final class BucketRoom {
    private final int max;
    private final AtomicInteger taken = new AtomicInteger();

    BucketRoom(int max) {
        this.max = max;
    }

    /** Takes the room of one bucket; false if there is none. */
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
