package io.sluice.streams.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.jspecify.annotations.Nullable;

/** The gauges of restores, one for each store that now reads its changelog: how far it is. */
public final class RestoreMeters implements StateRestoreListener {
    private final MeterRegistry registry;
    private final Map<String, Restore> restores = new ConcurrentHashMap<>();

    private record Restore(Gauge gauge, AtomicLong left) {}

    public RestoreMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void onRestoreStart(TopicPartition partition, String store, long startOffset, long endOffset) {
        // A thread that died in the middle has reported no end.
        ended(restores.remove(name(partition, store)));
        AtomicLong left = new AtomicLong(endOffset - startOffset);
        Gauge gauge = Gauge.builder("sluice.restore.records.left", left, AtomicLong::get)
                .description("Changelog records that a store still has to read before it can be used")
                .tag("store", store)
                .tag("partition", Integer.toString(partition.partition()))
                .register(registry);
        restores.put(name(partition, store), new Restore(gauge, left));
    }

    @Override
    public void onBatchRestored(TopicPartition partition, String store, long batchEndOffset, long records) {
        Restore restore = restores.get(name(partition, store));
        if (restore != null) {
            // Offsets also count markers, so what was read may be less than what is passed.
            restore.left().updateAndGet(left -> Math.max(0, left - records));
        }
        Counter.builder("sluice.restore.records")
                .description("Changelog records that stores have read to be usable")
                .tag("store", store)
                .register(registry)
                .increment(records);
    }

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long totalRestored) {
        ended(restores.remove(name(partition, store)));
    }

    @Override
    public void onRestoreSuspended(TopicPartition partition, String store, long totalRestored) {
        ended(restores.remove(name(partition, store)));
    }

    private void ended(@Nullable Restore restore) {
        if (restore != null) {
            registry.remove(restore.gauge());
        }
    }

    private static String name(TopicPartition partition, String store) {
        return store + "-" + partition.partition();
    }
}
