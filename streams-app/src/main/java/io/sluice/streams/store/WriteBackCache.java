package io.sluice.streams.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Entries of a store as objects, the latest asked for, with changes that the store below does not have yet.
 *
 * <p>A change stays here until {@link #drain}, so an entry that changes ten times between two drains is encoded and
 * written once. What is known to be absent is an entry, too. An entry that has changed is not forgotten before it is
 * drained: when the cache is full of them, the owner is asked to drain first.
 *
 * <p>Worked example, bound 2: {@code put a, put b, get a, put c}. The third entry is one too many and {@code b} the one
 * longest unused; it has changed, so the owner drains a, b and c, and only then {@code b} goes.
 *
 * <p>An entry may count for several, as a shelf does for its buckets, so that the bound is one of memory. The latest stays
 * even if it alone is above the bound.
 */
final class WriteBackCache<K, V> {
    private final int countMax;
    private final ToIntFunction<V> counting;
    private final Function<K, @Nullable V> below;
    private final Runnable drainFirst;
    private final LinkedHashMap<K, Slot<K, V>> slots = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);
    private final List<Slot<K, V>> changed = new ArrayList<>();
    private int count;
    private long hits;
    private long misses;

    /**
     * An empty cache.
     *
     * @param countMax how much is kept
     * @param counting for how many a value counts; one that is absent counts for one
     * @param below reads what is not here
     * @param drainFirst is to call {@link #drain} before it returns
     */
    WriteBackCache(int countMax, ToIntFunction<V> counting, Function<K, @Nullable V> below, Runnable drainFirst) {
        if (countMax < 1) {
            throw new IllegalArgumentException("countMax: " + countMax + " (expected: at least 1)");
        }
        this.countMax = countMax;
        this.counting = counting;
        this.below = below;
        this.drainFirst = drainFirst;
    }

    private static final class Slot<K, V> {
        private final K key;
        private @Nullable V value;
        private boolean isChanged;
        /** For how many it counts; none before it is kept. */
        private int count;

        private Slot(K key, @Nullable V value) {
            this.key = key;
            this.value = value;
        }
    }

    /** Takes what has changed, one entry at a time; null stands for an entry that is to go. */
    @FunctionalInterface
    interface Sink<K, V> {
        void write(K key, @Nullable V value);
    }

    @Nullable V get(K key) {
        Slot<K, V> slot = slots.get(key);
        if (slot != null) {
            hits++;
            return slot.value;
        }
        misses++;
        V value = below.apply(key);
        keep(new Slot<>(key, value));
        return value;
    }

    void put(K key, @Nullable V value) {
        Slot<K, V> slot = slots.get(key);
        change(slot == null ? new Slot<>(key, value) : slot, value);
    }

    /** Puts what becomes of an entry; null stands for one that is absent. */
    void change(K key, Function<@Nullable V, V> change) {
        Slot<K, V> slot = slots.get(key);
        if (slot == null) {
            misses++;
            slot = new Slot<>(key, below.apply(key));
        }
        change(slot, change.apply(slot.value));
    }

    private void change(Slot<K, V> slot, @Nullable V value) {
        slot.value = value;
        if (!slot.isChanged) {
            slot.isChanged = true;
            changed.add(slot);
        }
        keep(slot);
    }

    private void keep(Slot<K, V> slot) {
        if (slot.count == 0) {
            slots.put(slot.key, slot);
        }
        int counted = slot.value == null ? 1 : counting.applyAsInt(slot.value);
        count += counted - slot.count;
        slot.count = counted;
        while (count > countMax && slots.size() > 1) {
            Slot<K, V> eldest = slots.values().iterator().next();
            if (eldest.isChanged) {
                drainFirst.run();
            }
            slots.remove(eldest.key);
            count -= eldest.count;
        }
    }

    /** Hands over what has changed since the last drain, in the order in which it first did. */
    void drain(Sink<K, V> sink) {
        for (Slot<K, V> slot : changed) {
            slot.isChanged = false;
            sink.write(slot.key, slot.value);
        }
        changed.clear();
    }

    boolean hasChanges() {
        return !changed.isEmpty();
    }

    /** Whether the store below has not what was put last. */
    boolean isChanged(K key) {
        Slot<K, V> slot = changed.isEmpty() ? null : slots.get(key);
        return slot != null && slot.isChanged;
    }

    /** Forgets an entry that has not changed, because the store below is about to change it by itself. */
    void forget(K key) {
        Slot<K, V> slot = slots.remove(key);
        if (slot != null && slot.isChanged) {
            throw new IllegalStateException("a changed entry is forgotten (expected: drained before)");
        }
        count -= slot == null ? 0 : slot.count;
    }

    /** Forgets everything, changes included: they were part of what is now undone. */
    void clear() {
        slots.clear();
        changed.clear();
        count = 0;
    }

    /** How much is kept, of {@code countMax}. */
    int count() {
        return count;
    }

    /** Reads that were answered here. */
    long hits() {
        return hits;
    }

    /** Reads that the store below had to answer. */
    long misses() {
        return misses;
    }
}
