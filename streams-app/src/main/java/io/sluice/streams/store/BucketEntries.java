package io.sluice.streams.store;

import io.sluice.engine.ledger.BucketKey;
import io.sluice.engine.ledger.StoredBucket;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The buckets of every partition as its changelog tells them, for tools and tests that look from outside. */
public final class BucketEntries {
    private BucketEntries() {}

    /** A bucket as it is stored. */
    public static byte[] encoded(StoredBucket bucket) {
        return StateValues.encode(bucket);
    }

    /** A stored bucket. */
    public static StoredBucket decoded(byte[] value) {
        return StateValues.bucket(value);
    }

    /** Folds changelog records, which are in offset order within each partition, into what they leave. */
    public static Map<Integer, Map<BucketKey, StoredBucket>> latest(
            Iterable<ConsumerRecord<byte[], byte[]>> changelog) {
        Map<Integer, Map<BucketKey, StoredBucket>> byPartition = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : changelog) {
            BucketKey key = StateKeys.bucketKey(record.key());
            if (key == null) {
                continue;
            }
            Map<BucketKey, StoredBucket> buckets =
                    byPartition.computeIfAbsent(record.partition(), partition -> new HashMap<>());
            if (record.value() == null) {
                buckets.remove(key);
            } else {
                buckets.put(key, StateValues.bucket(record.value()));
            }
        }
        return byPartition;
    }
}
