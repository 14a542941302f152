package io.sluice.engine.state;

import io.sluice.engine.credit.UsedCredits;
import io.sluice.engine.penalty.AccountPenalties;
import io.sluice.engine.profile.AccountProfile;
import io.sluice.engine.wide.LapsingCount;
import io.sluice.engine.wide.TravellingKey;
import io.sluice.engine.wide.WideCount;
import io.sluice.engine.wide.WidePeer;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The store of a {@code Ledger}'s state: a snapshot of the log so far.
 *
 * <p>An implementation may at any time drop a bucket for which {@code Ledger#refreshed} is null. It may also drop an
 * idempotency record, a settled hold, a count, penalties or used credits for which {@code Ledger#isExpired} holds,
 * and a travelling key that {@link TravellingKey#isExpired is expired}. All of these equal absent ones. It must not
 * drop anything else.
 */
public interface LedgerStore {
    @Nullable StoredBucket bucket(BucketKey key);

    void putBucket(BucketKey key, StoredBucket bucket);

    /** Visits the stored buckets of one account in the order of scope and limit, {@code visitsMax} at the most. */
    void visitBuckets(String account, int visitsMax, BiConsumer<BucketKey, StoredBucket> visitor);

    @Nullable BucketCount bucketCount(BucketCountKey key);

    void putBucketCount(BucketCountKey key, BucketCount count);

    @Nullable IdempotencyRecord idempotencyRecord(IdempotencyRecordKey key);

    void putIdempotencyRecord(IdempotencyRecordKey key, IdempotencyRecord idempotencyRecord);

    /** What an account holds; {@link AccountHolds#NONE} if nothing is stored. */
    AccountHolds holds(String account);

    /** Stores what an account holds; {@link AccountHolds#NONE} stores nothing. */
    void putHolds(String account, AccountHolds holds);

    @Nullable HoldEntry hold(HoldKey key);

    void openHold(HoldKey key, HoldEntry.Open hold);

    /** Ends an open hold; stores its settlement, unless that is null. */
    void closeHold(HoldKey key, HoldEntry.Open hold, HoldEntry.@Nullable Settled settled);

    /** Reads one open hold; returns whether to go on to the next. */
    @FunctionalInterface
    interface HoldVisitor {
        boolean visit(HoldKey key, long expiresAtMillis);
    }

    /**
     * Visits the open holds of one account and kind in the order of expiry and offset. The visitor leaves the store
     * alone: a read may change what a caching store's iterator still sees.
     */
    void visitOpenHolds(String account, HoldKind kind, HoldVisitor visitor);

    /** The profile of an account; {@link AccountProfile#NONE} if nothing is stored. Read for every decision. */
    AccountProfile profile(String account);

    void putProfile(String account, AccountProfile profile);

    /** What penalties remember of an account; {@link AccountPenalties#NONE} if nothing is stored. */
    AccountPenalties penalties(String account);

    /** Stores what penalties remember of an account; an empty one stores nothing. */
    void putPenalties(String account, AccountPenalties penalties);

    /** What is used of an account's credits; {@link UsedCredits#NONE} if nothing is stored. */
    UsedCredits usedCredits(String account);

    /** Stores what is used of an account's credits; an empty one stores nothing. */
    void putUsedCredits(String account, UsedCredits used);

    /** What is remembered of another partition; {@link WidePeer#NONE} if nothing is stored. */
    WidePeer widePeer(int partition);

    void putWidePeer(int partition, WidePeer peer);

    /** What is open of this kind; {@link LapsingCount#NONE} if nothing is stored. */
    LapsingCount wideCount(WideCount kind);

    void putWideCount(WideCount kind, LapsingCount wideCount);

    /** The request with that key that is between partitions; null if nothing is stored. */
    @Nullable TravellingKey travellingKey(IdempotencyRecordKey key);

    /** Stores that a request with that key is between partitions, or that it is home. */
    void putTravellingKey(IdempotencyRecordKey key, @Nullable TravellingKey entry);

    /** The position of the last decided record; {@link LogPosition#BEGINNING} before the first record. */
    LogPosition position();

    void putPosition(LogPosition position);
}
