package io.sluice.cli.simulation;

import io.sluice.schemas.topic.TopicCatalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** The request topic: partitions in the order of appends, each stamped by its leader's clock. */
final class RequestLog {
    private final World world;
    private final SplittableRandom random;
    private final List<NavigableMap<Long, ConsumerRecord<byte[], byte[]>>> partitions = new ArrayList<>();
    private final long[] nextOffset = new long[World.REQUEST_PARTITIONS];
    private final long[] leaderAheadMillis = new long[World.REQUEST_PARTITIONS];

    RequestLog(World world) {
        this.world = world;
        this.random = world.chance();
        for (int partition = 0; partition < World.REQUEST_PARTITIONS; partition++) {
            partitions.add(new TreeMap<>());
        }
    }

    /** What the clock of a partition's leader shows. */
    long leaderMillis(int partition) {
        return world.nowMillis() + leaderAheadMillis[partition];
    }

    void setLeaderClock(int partition, long aheadMillis) {
        leaderAheadMillis[partition] = aheadMillis;
    }

    long leaderAheadMillis(int partition) {
        return leaderAheadMillis[partition];
    }

    /** The true time at which the leader's clock will show this, as it runs now. */
    long trueMillis(int partition, long leaderMillis) {
        return leaderMillis - leaderAheadMillis[partition];
    }

    void append(int partition, byte @Nullable [] key, byte @Nullable [] value) {
        appendOnce(partition, key, value);
        if (random.nextInt(60) == 0) {
            world.note(Occurrence.RECORD_DUPLICATED, "partition " + partition);
            appendOnce(partition, key, value);
        }
    }

    private void appendOnce(int partition, byte @Nullable [] key, byte @Nullable [] value) {
        if (random.nextInt(40) == 0) {
            world.coverage.count(Occurrence.OFFSET_SKIPPED);
            nextOffset[partition] += 1 + random.nextInt(3);
        }
        long offset = nextOffset[partition]++;
        partitions
                .get(partition)
                .put(
                        offset,
                        new ConsumerRecord<>(
                                TopicCatalogue.REQUESTS,
                                partition,
                                offset,
                                leaderMillis(partition),
                                TimestampType.LOG_APPEND_TIME,
                                key == null ? -1 : key.length,
                                value == null ? -1 : value.length,
                                key,
                                value,
                                new RecordHeaders(),
                                Optional.empty()));
    }

    /** The first record from this offset on; null at the end. */
    @Nullable ConsumerRecord<byte[], byte[]> next(int partition, long fromOffset) {
        Map.Entry<Long, ConsumerRecord<byte[], byte[]>> next =
                partitions.get(partition).ceilingEntry(fromOffset);
        return next == null ? null : next.getValue();
    }

    /** All records, in order within each partition. */
    List<ConsumerRecord<byte[], byte[]>> records() {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        partitions.forEach(partition -> records.addAll(partition.values()));
        return records;
    }

    /** The offset of the last record; -1 if there is none. */
    long lastOffset(int partition) {
        return partitions.get(partition).isEmpty()
                ? -1
                : partitions.get(partition).lastKey();
    }
}
