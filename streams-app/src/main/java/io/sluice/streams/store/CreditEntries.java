package io.sluice.streams.store;

import io.sluice.engine.credit.UsedCredits;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The used credits of every partition, read from its changelog, for tools and tests outside the app. */
public final class CreditEntries {
    private CreditEntries() {}

    /** Folds changelog records, in offset order within each partition, into what is used in each account. */
    public static Map<Integer, Map<String, UsedCredits>> latest(Iterable<ConsumerRecord<byte[], byte[]>> changelog) {
        Map<Integer, Map<String, UsedCredits>> byPartition = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : changelog) {
            String account = StateKeys.accountOfUsedCredits(record.key());
            Map<String, UsedCredits> entries =
                    byPartition.computeIfAbsent(record.partition(), absent -> new HashMap<>());
            if (account != null && record.value() == null) {
                entries.remove(account);
            } else if (account != null) {
                entries.put(account, StateCodec.usedCredits(record.value()));
            }
        }
        return byPartition;
    }
}
