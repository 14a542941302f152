package io.sluice.replay.run;

import io.sluice.replay.log.LogException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Decides the records of all partitions in the order of their time stamps, those with the same one by partition.
 *
 * <p>Clocks of brokers differ, so a message may have an earlier time stamp than the record that sent it. Its sender
 * goes on first then, up to that record.
 */
final class TimeOrder {
    private final Map<Integer, PartitionReading<?>> readings = new HashMap<>();
    private final PriorityQueue<PartitionReading<?>> next =
            new PriorityQueue<>(Comparator.<PartitionReading<?>>comparingLong(PartitionReading::nextMillis)
                    .thenComparingInt(PartitionReading::partition));
    /** Those that wait for another one. */
    private final Set<PartitionReading<?>> waiting = new HashSet<>();

    TimeOrder(List<? extends PartitionReading<?>> all) {
        all.forEach(reading -> readings.put(reading.partition(), reading));
    }

    /** Decides them all. */
    void decideAll() throws LogException, RunStoppedException {
        readings.values().stream().filter(PartitionReading::hasNext).forEach(next::add);
        while (!next.isEmpty()) {
            decide(next.element());
        }
    }

    private void decide(PartitionReading<?> reading) throws LogException, RunStoppedException {
        MessageCause cause = reading.nextCause();
        PartitionReading<?> sender = cause == null ? null : readings.get(cause.partition());
        waiting.add(reading);
        // Nobody waits for those who wait for it, whatever a message claims.
        while (cause != null
                && sender != null
                && !waiting.contains(sender)
                && sender.hasNext()
                && sender.nextOffset() <= cause.offset()) {
            decide(sender);
        }
        waiting.remove(reading);
        next.remove(reading);
        reading.decideNext();
        if (reading.hasNext()) {
            next.add(reading);
        }
    }
}
