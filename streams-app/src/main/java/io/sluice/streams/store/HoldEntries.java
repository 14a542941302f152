package io.sluice.streams.store;

import io.sluice.engine.state.HoldEntry;
import io.sluice.engine.state.HoldKey;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The holds of every partition, read from its changelog, for tools and tests outside the app. */
public final class HoldEntries {
    private HoldEntries() {}

    /** Folds changelog records, in offset order within each partition, into the resulting holds. */
    public static Map<Integer, Map<HoldKey, HoldEntry>> latest(Iterable<ConsumerRecord<byte[], byte[]>> changelog) {
        Map<Integer, Map<HoldKey, HoldEntry>> byPartition = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : changelog) {
            HoldKey key = StateKeys.holdKey(record.key());
            if (key == null) {
                continue;
            }
            Map<HoldKey, HoldEntry> holds =
                    byPartition.computeIfAbsent(record.partition(), partition -> new HashMap<>());
            if (record.value() == null) {
                holds.remove(key);
            } else {
                holds.put(key, HoldEntryCodec.entry(record.value()));
            }
        }
        return byPartition;
    }
}
