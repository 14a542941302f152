package io.sluice.engine.ledger;

import io.sluice.engine.profile.AccountProfile;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A store with changes that nobody else sees: reads go through it to the one below, writes stay here. Made for the
 * checks of one batch, which open no holds and leave no memos of their own.
 */
final class PendingStore implements LedgerStore {
    private final LedgerStore below;
    private final Map<BucketKey, StoredBucket> buckets = new HashMap<>();
    private final Map<CountKey, KeyCount> counts = new HashMap<>();

    PendingStore(LedgerStore below) {
        this.below = below;
    }

    @Override
    public @Nullable StoredBucket bucket(BucketKey key) {
        StoredBucket pending = buckets.get(key);
        return pending == null ? below.bucket(key) : pending;
    }

    @Override
    public void putBucket(BucketKey key, StoredBucket bucket) {
        buckets.put(key, bucket);
    }

    @Override
    public @Nullable KeyCount keyCount(CountKey key) {
        KeyCount pending = counts.get(key);
        return pending == null ? below.keyCount(key) : pending;
    }

    @Override
    public void putKeyCount(CountKey key, KeyCount count) {
        counts.put(key, count);
    }

    @Override
    public AccountProfile profile(String account) {
        return below.profile(account);
    }

    @Override
    public void putProfile(String account, AccountProfile profile) {
        throw unexpected();
    }

    @Override
    public AccountHolds holds(String account) {
        return below.holds(account);
    }

    @Override
    public void visitOpenHolds(String account, HoldKind kind, HoldVisitor visitor) {
        below.visitOpenHolds(account, kind, visitor);
    }

    @Override
    public LogPosition position() {
        return below.position();
    }

    @Override
    public void visitBuckets(String account, int visitsMax, BiConsumer<BucketKey, StoredBucket> visitor) {
        throw unexpected();
    }

    @Override
    public @Nullable Memo memo(MemoKey key) {
        throw unexpected();
    }

    @Override
    public void putMemo(MemoKey key, Memo memo) {
        throw unexpected();
    }

    @Override
    public void putHolds(String account, AccountHolds holds) {
        throw unexpected();
    }

    @Override
    public @Nullable HoldEntry hold(HoldKey key) {
        throw unexpected();
    }

    @Override
    public void openHold(HoldKey key, HoldEntry.Open hold) {
        throw unexpected();
    }

    @Override
    public void closeHold(HoldKey key, HoldEntry.Open hold, HoldEntry.@Nullable Settled settled) {
        throw unexpected();
    }

    @Override
    public void putPosition(LogPosition position) {
        throw unexpected();
    }

    private static UnsupportedOperationException unexpected() {
        return new UnsupportedOperationException("a pending store (expected: only the checks of a batch)");
    }
}
