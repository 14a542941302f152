package io.sluice.cli.simulation;

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
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A store seen through nothing: a defect overrides what it breaks. */
class LedgerStoreView implements LedgerStore {
    protected final LedgerStore real;

    LedgerStoreView(LedgerStore real) {
        this.real = real;
    }

    @Override
    public @Nullable StoredBucket bucket(BucketKey key) {
        return real.bucket(key);
    }

    @Override
    public void putBucket(BucketKey key, StoredBucket bucket) {
        real.putBucket(key, bucket);
    }

    @Override
    public void visitBuckets(String account, int visitsMax, BiConsumer<BucketKey, StoredBucket> visitor) {
        real.visitBuckets(account, visitsMax, visitor);
    }

    @Override
    public @Nullable BucketCount bucketCount(BucketCountKey key) {
        return real.bucketCount(key);
    }

    @Override
    public void putBucketCount(BucketCountKey key, BucketCount count) {
        real.putBucketCount(key, count);
    }

    @Override
    public @Nullable IdempotencyRecord idempotencyRecord(IdempotencyRecordKey key) {
        return real.idempotencyRecord(key);
    }

    @Override
    public void putIdempotencyRecord(IdempotencyRecordKey key, IdempotencyRecord idempotencyRecord) {
        real.putIdempotencyRecord(key, idempotencyRecord);
    }

    @Override
    public AccountHolds holds(String account) {
        return real.holds(account);
    }

    @Override
    public void putHolds(String account, AccountHolds holds) {
        real.putHolds(account, holds);
    }

    @Override
    public @Nullable HoldEntry hold(HoldKey key) {
        return real.hold(key);
    }

    @Override
    public void openHold(HoldKey key, HoldEntry.Open hold) {
        real.openHold(key, hold);
    }

    @Override
    public void closeHold(HoldKey key, HoldEntry.Open hold, HoldEntry.@Nullable Settled settled) {
        real.closeHold(key, hold, settled);
    }

    @Override
    public void visitOpenHolds(String account, HoldKind kind, HoldVisitor visitor) {
        real.visitOpenHolds(account, kind, visitor);
    }

    @Override
    public AccountProfile profile(String account) {
        return real.profile(account);
    }

    @Override
    public void putProfile(String account, AccountProfile profile) {
        real.putProfile(account, profile);
    }

    @Override
    public UsedCredits usedCredits(String account) {
        return real.usedCredits(account);
    }

    @Override
    public void putUsedCredits(String account, UsedCredits used) {
        real.putUsedCredits(account, used);
    }

    @Override
    public AccountPenalties penalties(String account) {
        return real.penalties(account);
    }

    @Override
    public void putPenalties(String account, AccountPenalties penalties) {
        real.putPenalties(account, penalties);
    }

    @Override
    public WidePeer widePeer(int partition) {
        return real.widePeer(partition);
    }

    @Override
    public void putWidePeer(int partition, WidePeer peer) {
        real.putWidePeer(partition, peer);
    }

    @Override
    public LapsingCount wideCount(WideCount kind) {
        return real.wideCount(kind);
    }

    @Override
    public void putWideCount(WideCount kind, LapsingCount wideCount) {
        real.putWideCount(kind, wideCount);
    }

    @Override
    public @Nullable TravellingKey travellingKey(IdempotencyRecordKey key) {
        return real.travellingKey(key);
    }

    @Override
    public void putTravellingKey(IdempotencyRecordKey key, @Nullable TravellingKey entry) {
        real.putTravellingKey(key, entry);
    }

    @Override
    public LogPosition position() {
        return real.position();
    }

    @Override
    public void putPosition(LogPosition position) {
        real.putPosition(position);
    }
}
