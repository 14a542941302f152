package io.sluice.replay.log;

import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Where messages between partitions are in a log that the app refused, since nothing proved them. */
public final class UnprovenOffsets {
    /** Whoever may write requests can have more refused; a log with more is not run. */
    static final int OFFSETS_MAX = 500_000;

    private final Map<Integer, NavigableSet<Long>> byPartition = new TreeMap<>();
    private int count;

    /**
     * Adds a place of the log.
     *
     * @throws LogException if there are too many
     */
    public void add(int partition, long offset) throws LogException {
        count += byPartition.computeIfAbsent(partition, none -> new TreeSet<>()).add(offset) ? 1 : 0;
        if (count > OFFSETS_MAX) {
            throw new LogException("more than " + OFFSETS_MAX
                    + " messages between partitions were refused as forged (expected: few; an export of a part of"
                    + " the log has fewer)");
        }
    }

    /** Whether the message at this place was refused. */
    public boolean has(int partition, long offset) {
        NavigableSet<Long> offsets = byPartition.get(partition);
        return offsets != null && offsets.contains(offset);
    }

    /** Those of a partition, in their order. */
    NavigableSet<Long> of(int partition) {
        return byPartition.getOrDefault(partition, new TreeSet<>());
    }
}
