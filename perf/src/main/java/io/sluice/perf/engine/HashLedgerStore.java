package io.sluice.perf.engine;

import io.sluice.engine.ledger.AccountHolds;
import io.sluice.engine.ledger.BucketKey;
import io.sluice.engine.ledger.CountKey;
import io.sluice.engine.ledger.HoldEntry;
import io.sluice.engine.ledger.HoldKey;
import io.sluice.engine.ledger.HoldKind;
import io.sluice.engine.ledger.KeyCount;
import io.sluice.engine.ledger.LedgerStore;
import io.sluice.engine.ledger.LogPosition;
import io.sluice.engine.ledger.Memo;
import io.sluice.engine.ledger.MemoKey;
import io.sluice.engine.ledger.StoredBucket;
import io.sluice.engine.profile.AccountProfile;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The cheapest store that a ledger can have, so that what is measured is the ledger. */
final class HashLedgerStore implements LedgerStore {
    private final Map<BucketKey, StoredBucket> buckets = new HashMap<>();
    private final Map<MemoKey, Memo> memos = new HashMap<>();
    private LogPosition position = LogPosition.BEGINNING;

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
        throw new UnsupportedOperationException("no quota is asked for here");
    }

    @Override
    public @Nullable KeyCount keyCount(CountKey key) {
        throw noGuard();
    }

    @Override
    public void putKeyCount(CountKey key, KeyCount count) {
        throw noGuard();
    }

    private static UnsupportedOperationException noGuard() {
        return new UnsupportedOperationException("no ruleset has a guard here");
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
    public AccountHolds holds(String account) {
        return AccountHolds.NONE;
    }

    @Override
    public void putHolds(String account, AccountHolds holds) {
        throw noHolds();
    }

    @Override
    public @Nullable HoldEntry hold(HoldKey key) {
        throw noHolds();
    }

    @Override
    public void openHold(HoldKey key, HoldEntry.Open hold) {
        throw noHolds();
    }

    @Override
    public void closeHold(HoldKey key, HoldEntry.Open hold, HoldEntry.@Nullable Settled settled) {
        throw noHolds();
    }

    @Override
    public void visitOpenHolds(String account, HoldKind kind, HoldVisitor visitor) {
        throw noHolds();
    }

    @Override
    public AccountProfile profile(String account) {
        return AccountProfile.NONE;
    }

    @Override
    public void putProfile(String account, AccountProfile profile) {
        throw new UnsupportedOperationException("no profile is changed here");
    }

    private static UnsupportedOperationException noHolds() {
        return new UnsupportedOperationException("nothing is held here");
    }

    @Override
    public LogPosition position() {
        return position;
    }

    @Override
    public void putPosition(LogPosition newPosition) {
        position = newPosition;
    }
}
