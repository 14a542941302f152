package io.sluice.engine.ledger;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where a {@link Ledger} keeps its state: a snapshot of the log so far.
 *
 * <p>An implementation may at any time drop a bucket for which {@link Ledger#refreshed} is null, and a memo for which
 * {@link Ledger#isExpired} holds: both equal absent ones. It drops nothing else.
 */
public interface LedgerStore {
    @Nullable StoredBucket bucket(BucketKey key);

    void putBucket(BucketKey key, StoredBucket bucket);

    /** Visits the stored buckets of one account in the order of their keys, {@code visitsMax} at the most. */
    void visitBuckets(String account, int visitsMax, BiConsumer<BucketKey, StoredBucket> visitor);

    @Nullable Memo memo(MemoKey key);

    void putMemo(MemoKey key, Memo memo);

    /** The partition's time, 0 before the first record. */
    long clockMillis();

    void putClock(long clockMillis);
}
