package io.sluice.gateway.server;

import io.micrometer.core.instrument.Counter;
import java.util.concurrent.atomic.AtomicInteger;

/** A bound on how many may be open at once, and how many are. */
final class Places {
    private final int max;
    private final Counter refused;
    private final AtomicInteger open = new AtomicInteger();

    Places(int max, Counter refused) {
        this.max = max;
        this.refused = refused;
    }

    int max() {
        return max;
    }

    int open() {
        return open.get();
    }

    /** Takes a place; false if there is none. */
    boolean enter() {
        if (open.incrementAndGet() > max) {
            open.decrementAndGet();
            refused.increment();
            return false;
        }
        return true;
    }

    void leave() {
        open.decrementAndGet();
    }
}
