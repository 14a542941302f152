package io.sluice.streams.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A cache of a store's entries as objects, for entries that are read again, with changes that the store lacks.
 *
 * <p>A change stays here until {@link #drain}, so an entry that changes ten times between two drains is encoded and
 * written once. The cache also keeps the fact that an entry is absent. It does not evict a changed entry before it is
 * drained: when the cache is full of them, it asks the owner to drain first.
 *
 * <p><b>Which entry to evict</b> is found by a hand that moves round the table (the CLOCK algorithm; Corbató, "A Paging
 * Experiment with the Multics System", 1968). The hand spares an entry that was read since it last passed, once, and
 * evicts the first other one. That is nearly the one longest unused, and a read writes one flag. A list in the order of
 * use has to write five references in places that no cache line holds. An entry that is read once, as that of a client
 * who comes once, does not displace one that is read all the time.
 *
 * <p>Worked example, bound 2: {@code put a, put b, get a, put c}. The third entry is one too many. {@code a} was read
 * again, so the hand passes over it, and comes to {@code b}. That has changed, so the owner drains a, b and c, and only
 * then the cache evicts {@code b}.
 *
 * <p>An entry may count for several, as a bucket group does for its buckets, so that the bound is one of memory. The
 * latest entry stays even if it alone is above the bound.
 */
final class WriteBackCache<K, V> {
    private static final int TABLE_MIN = 16;

    private final int countMax;
    private final ToIntFunction<V> counting;
    private final Function<K, @Nullable V> below;
    private final Runnable drainFirst;
    private final List<Slot<K, V>> changed = new ArrayList<>();
    /** Chains of slots, by hash; the number of chains is a power of two. */
    private @Nullable Slot<K, V>[] table = emptyTable(TABLE_MIN);

    private int slots;
    private int hand;
    private int count;
    private long hits;
    private long misses;

    /**
     * An empty cache.
     *
     * @param countMax how much is kept
     * @param counting for how many a value counts; one that is absent, or counts for none, counts as one
     * @param below reads entries that are not here
     * @param drainFirst must call {@link #drain} before it returns
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
        private final int hash;
        private @Nullable V value;
        private @Nullable Slot<K, V> next;
        private boolean isChanged;
        /** Whether it was read since the hand last passed. */
        private boolean isUsed;
        /** For how many it counts; 0 before it is kept. */
        private int count;

        private Slot(K key, int hash, @Nullable V value) {
            this.key = key;
            this.hash = hash;
            this.value = value;
        }
    }

    /** Takes the changes, one entry at a time; null stands for an entry to remove. */
    @FunctionalInterface
    interface Sink<K, V> {
        void write(K key, @Nullable V value);
    }

    @SuppressWarnings("unchecked")
    private static <K, V> @Nullable Slot<K, V>[] emptyTable(int places) {
        return (Slot<K, V>[]) new Slot<?, ?>[places];
    }

    @Nullable V get(K key) {
        int hash = hash(key);
        Slot<K, V> slot = asked(key, hash);
        if (slot != null) {
            hits++;
            return slot.value;
        }
        misses++;
        V value = below.apply(key);
        keep(new Slot<>(key, hash, value));
        return value;
    }

    void put(K key, @Nullable V value) {
        int hash = hash(key);
        Slot<K, V> slot = asked(key, hash);
        change(slot == null ? new Slot<>(key, hash, value) : slot, value);
    }

    /** Puts the changed value of an entry; null stands for one that is absent. */
    void change(K key, Function<@Nullable V, V> change) {
        int hash = hash(key);
        Slot<K, V> slot = asked(key, hash);
        if (slot == null) {
            misses++;
            slot = new Slot<>(key, hash, below.apply(key));
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

    /** As in hash maps: the higher bits count as well. */
    private static int hash(Object key) {
        int hash = key.hashCode();
        return hash ^ hash >>> 16;
    }

    private @Nullable Slot<K, V> asked(K key, int hash) {
        Slot<K, V> slot = found(key, hash);
        if (slot != null && !slot.isUsed) {
            slot.isUsed = true;
        }
        return slot;
    }

    private @Nullable Slot<K, V> found(K key, int hash) {
        Slot<K, V> slot = table[hash & table.length - 1];
        while (slot != null && !(slot.hash == hash && slot.key.equals(key))) {
            slot = slot.next;
        }
        return slot;
    }

    private void keep(Slot<K, V> slot) {
        if (slot.count == 0) {
            if (slots == table.length) {
                grow();
            }
            link(slot);
            slots++;
        }
        int counted = slot.value == null ? 1 : Math.max(1, counting.applyAsInt(slot.value));
        count += counted - slot.count;
        slot.count = counted;
        while (count > countMax && slots > 1) {
            Slot<K, V> leaving = slotToGo(slot);
            if (leaving.isChanged) {
                drainFirst.run();
            }
            remove(leaving);
        }
    }

    private void link(Slot<K, V> slot) {
        int place = slot.hash & table.length - 1;
        slot.next = table[place];
        table[place] = slot;
    }

    private void grow() {
        Slot<K, V>[] old = table;
        table = emptyTable(2 * old.length);
        for (Slot<K, V> first : old) {
            for (Slot<K, V> slot = first; slot != null; ) {
                Slot<K, V> next = slot.next;
                link(slot);
                slot = next;
            }
        }
    }

    /** The slot to evict, never the latest. Ends within two rounds: after the first, no slot is marked as used. */
    private Slot<K, V> slotToGo(Slot<K, V> latest) {
        while (true) {
            Slot<K, V> first = table[hand];
            hand = hand + 1 & table.length - 1;
            for (Slot<K, V> slot = first; slot != null; slot = slot.next) {
                if (slot != latest && !slot.isUsed) {
                    return slot;
                }
                slot.isUsed = false;
            }
        }
    }

    private void remove(Slot<K, V> slot) {
        int place = slot.hash & table.length - 1;
        Slot<K, V> before = null;
        for (Slot<K, V> each = table[place]; each != null && each != slot; each = each.next) {
            before = each;
        }
        if (before == null) {
            table[place] = slot.next;
        } else {
            before.next = slot.next;
        }
        slots--;
        count -= slot.count;
    }

    /** Passes on all changes since the last drain, in the order in which the entries first changed. */
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

    /** Whether the store below lacks the latest value. */
    boolean isChanged(K key) {
        Slot<K, V> slot = changed.isEmpty() ? null : found(key, hash(key));
        return slot != null && slot.isChanged;
    }

    /** Drops an entry that has not changed, because the store below is about to change it by itself. */
    void forget(K key) {
        Slot<K, V> slot = found(key, hash(key));
        if (slot == null) {
            return;
        }
        if (slot.isChanged) {
            throw new IllegalStateException("a changed entry is forgotten (expected: drained before)");
        }
        remove(slot);
    }

    /** Drops everything, changes included: they were part of a transaction that is now undone. */
    void clear() {
        table = emptyTable(TABLE_MIN);
        changed.clear();
        slots = 0;
        hand = 0;
        count = 0;
    }

    /** How much is kept, of {@code countMax}. */
    int count() {
        return count;
    }

    /** Reads that the cache answered. */
    long hits() {
        return hits;
    }

    /** Reads that the store below had to answer. */
    long misses() {
        return misses;
    }
}
