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

    /** The buckets of one scope value as they are stored, by limit. */
    public static byte[] encoded(Map<String, StoredBucket> buckets) {
        Shelf shelf = new Shelf();
        buckets.forEach(shelf::put);
        return ShelfValues.encode(shelf);
    }

    /** What {@link #encoded} gave. */
    public static Map<String, StoredBucket> decoded(byte[] value) {
        Shelf shelf = ShelfValues.shelf(value);
        Map<String, StoredBucket> buckets = new HashMap<>();
        for (int i = 0; i < shelf.size(); i++) {
            buckets.put(shelf.limitId(i), shelf.bucket(i));
        }
        return buckets;
    }

    /** Folds changelog records, which are in offset order within each partition, into what they leave. */
    public static Map<Integer, Map<BucketKey, StoredBucket>> latest(
            Iterable<ConsumerRecord<byte[], byte[]>> changelog) {
        Map<Integer, Map<ShelfKey, byte[]>> shelves = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : changelog) {
            ShelfKey key = StateKeys.shelfKey(record.key());
            if (key != null) {
                shelves.computeIfAbsent(record.partition(), partition -> new HashMap<>())
                        .put(key, record.value());
            }
        }
        Map<Integer, Map<BucketKey, StoredBucket>> byPartition = new TreeMap<>();
        shelves.forEach((partition, stored) -> byPartition.put(partition, buckets(stored)));
        return byPartition;
    }

    private static Map<BucketKey, StoredBucket> buckets(Map<ShelfKey, byte[]> shelves) {
        Map<BucketKey, StoredBucket> buckets = new HashMap<>();
        shelves.forEach((key, value) -> {
            if (value != null) {
                decoded(value)
                        .forEach((limitId, bucket) ->
                                buckets.put(new BucketKey(key.account(), limitId, key.scope()), bucket));
            }
        });
        return buckets;
    }
}
