package io.sluice.cli.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an app wrote since its last commit, all of its partitions together: it comes to be at once, or not at all. */
final class Transaction {
    final List<OutputRecord> outputs = new ArrayList<>();
    final Map<Integer, List<Change>> changes = new TreeMap<>();
    /** For each partition, the offset of the next record to read. */
    final Map<Integer, Long> offsets = new TreeMap<>();

    void change(int partition, Change change) {
        changes.computeIfAbsent(partition, absent -> new ArrayList<>()).add(change);
    }

    boolean isEmpty() {
        return outputs.isEmpty() && changes.isEmpty() && offsets.isEmpty();
    }
}
