package io.sluice.testkit.oracle;

import io.sluice.engine.ledger.BucketKey;
import io.sluice.engine.ledger.LedgerStore;
import io.sluice.engine.ledger.Memo;
import io.sluice.engine.ledger.MemoKey;
import io.sluice.engine.ledger.StoredBucket;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A ledger's state in sorted maps: nothing is ever cleaned up. */
public final class MapLedgerStore implements LedgerStore {
    private static final Comparator<BucketKey> ORDER = Comparator.comparing(BucketKey::account)
            .thenComparing(BucketKey::limitId)
            .thenComparing(BucketKey::scope);

    private final SortedMap<BucketKey, StoredBucket> buckets = new TreeMap<>(ORDER);
    private final Map<MemoKey, Memo> memos = new HashMap<>();
    private long clockMillis;

    /** Every bucket that was ever written, in the order of account, limit and scope. */
    public SortedMap<BucketKey, StoredBucket> buckets() {
        return Collections.unmodifiableSortedMap(buckets);
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
        int visits = 0;
        for (Map.Entry<BucketKey, StoredBucket> entry :
                buckets.tailMap(new BucketKey(account, "", "")).entrySet()) {
            if (visits == visitsMax || !entry.getKey().account().equals(account)) {
                return;
            }
            visitor.accept(entry.getKey(), entry.getValue());
            visits++;
        }
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
    public void putClock(long clockMillis) {
        this.clockMillis = clockMillis;
    }
}
