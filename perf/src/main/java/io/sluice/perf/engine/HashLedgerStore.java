package io.sluice.perf.engine;

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

/** The cheapest store that a ledger can have, so that what is measured is the ledger. */
final class HashLedgerStore implements LedgerStore {
    private final Map<BucketKey, StoredBucket> buckets = new HashMap<>();
    private final Map<IdempotencyRecordKey, IdempotencyRecord> idempotencyRecords = new HashMap<>();
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
    public @Nullable BucketCount bucketCount(BucketCountKey key) {
        throw noCardinality();
    }

    @Override
    public void putBucketCount(BucketCountKey key, BucketCount count) {
        throw noCardinality();
    }

    private static UnsupportedOperationException noCardinality() {
        return new UnsupportedOperationException("no ruleset has a cardinality limit here");
    }

    @Override
    public @Nullable IdempotencyRecord idempotencyRecord(IdempotencyRecordKey key) {
        return idempotencyRecords.get(key);
    }

    @Override
    public void putIdempotencyRecord(IdempotencyRecordKey key, IdempotencyRecord idempotencyRecord) {
        idempotencyRecords.put(key, idempotencyRecord);
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
    public UsedCredits usedCredits(String account) {
        return UsedCredits.NONE;
    }

    @Override
    public void putUsedCredits(String account, UsedCredits used) {
        throw new UnsupportedOperationException("no account has credits here");
    }

    @Override
    public AccountPenalties penalties(String account) {
        return AccountPenalties.NONE;
    }

    @Override
    public void putPenalties(String account, AccountPenalties penalties) {
        throw new UnsupportedOperationException("no ruleset has penalties here");
    }

    @Override
    public WidePeer widePeer(int partition) {
        return WidePeer.NONE;
    }

    @Override
    public void putWidePeer(int partition, WidePeer peer) {
        throw new UnsupportedOperationException("no limit is wide here");
    }

    @Override
    public LapsingCount wideCount(WideCount kind) {
        return LapsingCount.NONE;
    }

    @Override
    public void putWideCount(WideCount kind, LapsingCount wideCount) {
        throw new UnsupportedOperationException("no limit is wide here");
    }

    @Override
    public @Nullable TravellingKey travellingKey(IdempotencyRecordKey key) {
        return null;
    }

    @Override
    public void putTravellingKey(IdempotencyRecordKey key, @Nullable TravellingKey entry) {
        throw new UnsupportedOperationException("no limit is wide here");
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
