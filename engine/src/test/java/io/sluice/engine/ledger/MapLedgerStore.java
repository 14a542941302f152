package io.sluice.engine.ledger;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A ledger's state in memory, which can be copied as a snapshot can, and compared. */
final class MapLedgerStore implements LedgerStore {
    private static final Comparator<BucketKey> ORDER = Comparator.comparing(BucketKey::account)
            .thenComparing(BucketKey::limitId)
            .thenComparing(BucketKey::scope);

    final TreeMap<BucketKey, StoredBucket> buckets = new TreeMap<>(ORDER);
    final Map<MemoKey, Memo> memos = new HashMap<>();
    private long clockMillis;

    MapLedgerStore copy() {
        MapLedgerStore copy = new MapLedgerStore();
        copy.buckets.putAll(buckets);
        copy.memos.putAll(memos);
        copy.clockMillis = clockMillis;
        return copy;
    }

    @Override
    public @Nullable StoredBucket bucket(BucketKey key) {
        return buckets.get(key);
    }

    @Override
    public void putBucket(BucketKey key, StoredBucket bucket) {
        buckets.put(key, bucket);
    }

    @Override
    public void visitBuckets(String account, int visitsMax, BiConsumer<BucketKey, StoredBucket> visitor) {
        buckets.tailMap(new BucketKey(account, "", "")).entrySet().stream()
                .takeWhile(entry -> entry.getKey().account().equals(account))
                .limit(visitsMax)
                .forEach(entry -> visitor.accept(entry.getKey(), entry.getValue()));
    }

    @Override
    public @Nullable Memo memo(MemoKey key) {
        return memos.get(key);
    }

    @Override
    public void putMemo(MemoKey key, Memo memo) {
        memos.put(key, memo);
    }

    @Override
    public long clockMillis() {
        return clockMillis;
    }

    @Override
    public void putClock(long millis) {
        clockMillis = millis;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MapLedgerStore that
                && buckets.equals(that.buckets)
                && memos.equals(that.memos)
                && clockMillis == that.clockMillis;
    }

    @Override
    public int hashCode() {
        return buckets.hashCode();
    }

    @Override
    public String toString() {
        return "clock " + clockMillis + ", buckets " + buckets + ", memos " + memos;
    }
}
