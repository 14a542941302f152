package io.sluice.streams.usage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A summary of a stream's heaviest keys, in memory that does not depend on the number of keys (Metwally, Agrawal, El
 * Abbadi, "Efficient Computation of Frequent and Top-k Elements in Data Streams", 2005).
 *
 * <p>There are m counters. A key that has one adds to it. A key that has none, when all are taken, takes over the
 * smallest: it starts from that count, and remembers it as its possible error. So a count is never too low, and at
 * most too high by its error. The smallest counter is at most N/m, where N is all weight that was added: each unit of
 * weight is in exactly one counter. Hence a key with more than N/m always has a counter.
 *
 * <p><b>Worked example</b>, m = 2: a, a, b, c. The counters are a = 2 and b = 1, and then c takes over b's: c = 2 with
 * an error of 1. The true count of c lies in 1..2, and that of a is exact.
 *
 * <p><b>Deterministic.</b> Of equal counters, the one that was taken first is replaced first; neither chance nor a
 * hash decides. The same stream gives the same counters, also over a restart in between ({@link #counters} and {@link
 * #restored}).
 *
 * <p><b>Mergeable</b> (Agarwal et al., "Mergeable Summaries", 2012): counts and errors of one key are added. A key that
 * the other table lacks may have had up to the smallest counter of a full table there. Partitions have no account in
 * common, so over partitions there is nothing to add.
 */
final class SpaceSaving {
    private static final Comparator<Counter> SMALLEST_FIRST = Comparator.<Counter>comparingLong(
                    counter -> counter.queuedCount)
            .thenComparingLong(counter -> counter.turn);

    private final int countersMax;
    private final Map<String, Counter> byKey = new HashMap<>();
    /** Ordered by the count at the time of queueing, which may be too low by now: see {@link #smallest}. */
    private final PriorityQueue<Counter> queue = new PriorityQueue<>(SMALLEST_FIRST);

    private long turns;

    SpaceSaving(int countersMax) {
        if (countersMax < 1) {
            throw new IllegalArgumentException("countersMax: " + countersMax + " (expected: at least 1)");
        }
        this.countersMax = countersMax;
    }

    /** The count of a key: the true one lies between {@code count - error} and {@code count}. */
    record Count(String key, long count, long error) {}

    private static final class Counter {
        private final String key;
        private final long turn;
        private final long error;
        private long count;
        private long queuedCount;

        private Counter(String key, long turn, long count, long error) {
            this.key = key;
            this.turn = turn;
            this.count = count;
            this.queuedCount = count;
            this.error = error;
        }
    }

    /** Adds weight to a key; no weight changes nothing. */
    void add(String key, long weight) {
        if (weight <= 0) {
            return;
        }
        Counter counter = byKey.get(key);
        if (counter != null) {
            counter.count += weight;
            return;
        }
        long taken = 0;
        if (byKey.size() == countersMax) {
            Counter smallest = smallest();
            byKey.remove(smallest.key);
            queue.remove();
            taken = smallest.count;
        }
        keep(key, taken + weight, taken);
    }

    private void keep(String key, long count, long error) {
        Counter counter = new Counter(key, turns++, count, error);
        byKey.put(key, counter);
        queue.add(counter);
    }

    /** Counts only grow, so the first counter whose place in the queue is still right is the smallest of all. */
    private Counter smallest() {
        while (true) {
            Counter first = queue.element();
            if (first.queuedCount == first.count) {
                return first;
            }
            queue.remove();
            first.queuedCount = first.count;
            queue.add(first);
        }
    }

    /** Adds another table, of a later part of the same stream. */
    void merge(SpaceSaving other) {
        long unseenHere = byKey.size() < countersMax ? 0 : smallest().count;
        long unseenThere = other.byKey.size() < other.countersMax ? 0 : other.smallest().count;
        Map<String, Count> merged = new HashMap<>();
        for (Count own : counters()) {
            Counter theirs = other.byKey.get(own.key());
            long count = theirs == null ? unseenThere : theirs.count;
            long error = theirs == null ? unseenThere : theirs.error;
            merged.put(own.key(), new Count(own.key(), own.count() + count, own.error() + error));
        }
        for (Count theirs : other.counters()) {
            merged.putIfAbsent(
                    theirs.key(), new Count(theirs.key(), theirs.count() + unseenHere, theirs.error() + unseenHere));
        }
        replaceBy(heaviest(merged.values(), countersMax));
    }

    /** The heaviest keys, heaviest first; of equal ones the first in the order of names. */
    List<Count> heaviest(int countMax) {
        return heaviest(counters(), countMax);
    }

    static List<Count> heaviest(Iterable<Count> counts, int countMax) {
        List<Count> sorted = new ArrayList<>();
        counts.forEach(sorted::add);
        sorted.sort(Comparator.comparingLong(Count::count).reversed().thenComparing(Count::key));
        return List.copyOf(sorted.subList(0, Math.min(countMax, sorted.size())));
    }

    /** All counters, in the order in which they were taken. */
    List<Count> counters() {
        return byKey.values().stream()
                .sorted(Comparator.comparingLong(counter -> counter.turn))
                .map(counter -> new Count(counter.key, counter.count, counter.error))
                .toList();
    }

    @Nullable Count count(String key) {
        Counter counter = byKey.get(key);
        return counter == null ? null : new Count(key, counter.count, counter.error);
    }

    /** A table with these counters, as {@link #counters} gave them. */
    static SpaceSaving restored(int countersMax, List<Count> counters) {
        SpaceSaving table = new SpaceSaving(countersMax);
        table.replaceBy(
                heaviest(counters, Integer.MAX_VALUE).size() <= countersMax
                        ? counters
                        : heaviest(counters, countersMax));
        return table;
    }

    private void replaceBy(List<Count> counters) {
        byKey.clear();
        queue.clear();
        turns = 0;
        counters.forEach(count -> keep(count.key(), count.count(), count.error()));
    }

    boolean isEmpty() {
        return byKey.isEmpty();
    }
}
