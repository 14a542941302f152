package io.sluice.streams.store;

import io.sluice.engine.penalty.AccountPenalties;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The stored penalties of every partition, read from its changelog, for tools and tests outside the app. */
public final class PenaltyEntries {
    private PenaltyEntries() {}

    /** Folds changelog records, in offset order within each partition, into the entries of each account. */
    public static Map<Integer, Map<String, AccountPenalties>> latest(
            Iterable<ConsumerRecord<byte[], byte[]>> changelog) {
        Map<Integer, Map<String, AccountPenalties>> byPartition = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : changelog) {
            String account = StateKeys.accountOfPenalties(record.key());
            Map<String, AccountPenalties> entries =
                    byPartition.computeIfAbsent(record.partition(), absent -> new HashMap<>());
            if (account != null && record.value() == null) {
                entries.remove(account);
            } else if (account != null) {
                entries.put(account, PenaltyCodec.penalties(record.value()));
            }
        }
        return byPartition;
    }
}
