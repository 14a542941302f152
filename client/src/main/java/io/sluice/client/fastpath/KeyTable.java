package io.sluice.client.fastpath;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The keys for which there is a lease, a denial, or a request under way: a bounded table. Nothing is kept of a key that
 * has none of these, however often it asks. A key that finds no room goes to the ledger, request by request.
 */
final class KeyTable {
    private final int keysMax;
    private final Function<LeaseKey, TrackedKey> tracking;
    private final Map<LeaseKey, TrackedKey> keys = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final LongAdder untracked = new LongAdder();

    KeyTable(int keysMax, Function<LeaseKey, TrackedKey> tracking) {
        this.keysMax = keysMax;
        this.tracking = tracking;
    }

    /** The key, if there is anything of it. */
    @Nullable TrackedKey find(LeaseKey key) {
        return keys.get(key);
    }

    /** The key, from now on tracked; null if there is no room for it. */
    @Nullable TrackedKey obtain(LeaseKey key) {
        TrackedKey tracked = keys.get(key);
        if (tracked != null) {
            return tracked;
        }
        // Two callers may pass at once, so the bound is exceeded by no more than there are threads.
        if (count.get() >= keysMax || !key.isKeepable()) {
            untracked.increment();
            return null;
        }
        return keys.computeIfAbsent(key, absent -> {
            count.incrementAndGet();
            return tracking.apply(absent);
        });
    }

    void remove(TrackedKey tracked) {
        if (keys.remove(tracked.key(), tracked)) {
            count.decrementAndGet();
        }
    }

    Collection<TrackedKey> all() {
        return keys.values();
    }

    int count() {
        return count.get();
    }

    long untracked() {
        return untracked.sum();
    }
}
