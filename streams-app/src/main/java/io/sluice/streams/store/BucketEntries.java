package io.sluice.streams.store;

import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.StoredBucket;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The buckets of every partition, read from its changelog, for tools and tests outside the app. */
public final class BucketEntries {
    private BucketEntries() {}

    /** The buckets of one scope value as they are stored, by limit. */
    public static byte[] encoded(Map<String, StoredBucket> buckets) {
        BucketGroup group = new BucketGroup();
        buckets.forEach(group::put);
        return BucketGroupCodec.encode(group);
    }

    /** Decodes the output of {@link #encoded}. */
    public static Map<String, StoredBucket> decoded(byte[] value) {
        BucketGroup group = BucketGroupCodec.group(value);
        Map<String, StoredBucket> buckets = new HashMap<>();
        for (int i = 0; i < group.size(); i++) {
            buckets.put(group.limitId(i), group.bucket(i));
        }
        return buckets;
    }

    /** Folds changelog records, in offset order within each partition, into the resulting buckets. */
    public static Map<Integer, Map<BucketKey, StoredBucket>> latest(
            Iterable<ConsumerRecord<byte[], byte[]>> changelog) {
        Map<Integer, Map<BucketGroupKey, byte[]>> groups = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : changelog) {
            BucketGroupKey key = StateKeys.bucketGroupKey(record.key());
            if (key != null) {
                groups.computeIfAbsent(record.partition(), partition -> new HashMap<>())
                        .put(key, record.value());
            }
        }
        Map<Integer, Map<BucketKey, StoredBucket>> byPartition = new TreeMap<>();
        groups.forEach((partition, stored) -> byPartition.put(partition, buckets(stored)));
        return byPartition;
    }

    private static Map<BucketKey, StoredBucket> buckets(Map<BucketGroupKey, byte[]> groups) {
        Map<BucketKey, StoredBucket> buckets = new HashMap<>();
        groups.forEach((key, value) -> {
            if (value != null) {
                decoded(value)
                        .forEach((limitId, bucket) ->
                                buckets.put(new BucketKey(key.account(), limitId, key.scope()), bucket));
            }
        });
        return buckets;
    }
}
