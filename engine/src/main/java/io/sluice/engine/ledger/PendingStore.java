package io.sluice.engine.ledger;

import io.sluice.engine.credit.UsedCredits;
import io.sluice.engine.penalty.AccountPenalties;
import io.sluice.engine.profile.AccountProfile;
import io.sluice.engine.state.AccountHolds;
import io.sluice.engine.state.BucketCount;
import io.sluice.engine.state.BucketCountKey;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.HoldEntry;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.IdempotencyRecord;
import io.sluice.engine.state.IdempotencyRecordKey;
import io.sluice.engine.state.LedgerStore;
import io.sluice.engine.state.LogPosition;
import io.sluice.engine.state.StoredBucket;
import io.sluice.engine.wide.LapsingCount;
import io.sluice.engine.wide.TravellingKey;
import io.sluice.engine.wide.WideCount;
import io.sluice.engine.wide.WidePeer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A store with pending changes: writes stay here, and reads of anything else go to the store below. It is for the
 * checks of one batch, which open no holds and write no idempotency records.
 */
final class PendingStore implements LedgerStore {
    private final LedgerStore below;
    private final Map<BucketKey, StoredBucket> buckets = new HashMap<>();
    private final Map<BucketCountKey, BucketCount> counts = new HashMap<>();
    private final Map<String, UsedCredits> usedCredits = new HashMap<>();

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
    public @Nullable BucketCount bucketCount(BucketCountKey key) {
        BucketCount pending = counts.get(key);
        return pending == null ? below.bucketCount(key) : pending;
    }

    @Override
    public void putBucketCount(BucketCountKey key, BucketCount count) {
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
    public AccountPenalties penalties(String account) {
        return below.penalties(account);
    }

    @Override
    public void putPenalties(String account, AccountPenalties penalties) {
        throw unexpected();
    }

    @Override
    public UsedCredits usedCredits(String account) {
        UsedCredits pending = usedCredits.get(account);
        return pending == null ? below.usedCredits(account) : pending;
    }

    @Override
    public void putUsedCredits(String account, UsedCredits used) {
        usedCredits.put(account, used);
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
    public WidePeer widePeer(int partition) {
        return below.widePeer(partition);
    }

    @Override
    public void putWidePeer(int partition, WidePeer peer) {
        throw unexpected();
    }

    @Override
    public LapsingCount wideCount(WideCount kind) {
        return below.wideCount(kind);
    }

    @Override
    public void putWideCount(WideCount kind, LapsingCount wideCount) {
        throw unexpected();
    }

    @Override
    public @Nullable TravellingKey travellingKey(IdempotencyRecordKey key) {
        throw unexpected();
    }

    @Override
    public void putTravellingKey(IdempotencyRecordKey key, @Nullable TravellingKey entry) {
        throw unexpected();
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
    public @Nullable IdempotencyRecord idempotencyRecord(IdempotencyRecordKey key) {
        throw unexpected();
    }

    @Override
    public void putIdempotencyRecord(IdempotencyRecordKey key, IdempotencyRecord idempotencyRecord) {
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
