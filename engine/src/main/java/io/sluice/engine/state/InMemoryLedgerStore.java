package io.sluice.engine.state;

import io.sluice.engine.credit.UsedCredits;
import io.sluice.engine.penalty.AccountPenalties;
import io.sluice.engine.profile.AccountProfile;
import io.sluice.engine.wide.LapsingCount;
import io.sluice.engine.wide.TravellingKey;
import io.sluice.engine.wide.WideCount;
import io.sluice.engine.wide.WidePeer;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A ledger's state in memory: for simulations, for tests, and for programs that embed a ledger without Kafka.
 *
 * <p>It drops nothing by itself, so it grows with every account that ever sent a request. It can be copied, like a
 * snapshot, and compared. It belongs to one thread.
 */
public final class InMemoryLedgerStore implements LedgerStore {
    private static final Comparator<BucketKey> ORDER = Comparator.comparing(BucketKey::account)
            .thenComparing(BucketKey::scope)
            .thenComparing(BucketKey::limitId);

    private static final Comparator<HoldKey> HOLD_ORDER =
            Comparator.comparing(HoldKey::account).thenComparing(HoldKey::kind).thenComparingLong(HoldKey::offset);

    private final TreeMap<BucketKey, StoredBucket> buckets = new TreeMap<>(ORDER);
    private final Map<IdempotencyRecordKey, IdempotencyRecord> idempotencyRecords = new HashMap<>();
    private final Map<BucketCountKey, BucketCount> counts = new HashMap<>();
    private final Map<String, AccountHolds> accountHolds = new HashMap<>();
    private final TreeMap<HoldKey, HoldEntry> holds = new TreeMap<>(HOLD_ORDER);
    private final Map<String, AccountProfile> profiles = new HashMap<>();
    private final Map<String, AccountPenalties> penalties = new HashMap<>();
    private final Map<String, UsedCredits> usedCredits = new HashMap<>();
    private final Map<Integer, WidePeer> widePeers = new HashMap<>();
    private final Map<WideCount, LapsingCount> wideCounts = new EnumMap<>(WideCount.class);
    private final Map<IdempotencyRecordKey, TravellingKey> travellingKeys = new HashMap<>();
    private LogPosition position = LogPosition.BEGINNING;

    /** Every stored bucket, in the order of account, scope and limit; to clean up, too. */
    public SortedMap<BucketKey, StoredBucket> buckets() {
        return buckets;
    }

    /** Every idempotency record; to clean up, too. */
    public Map<IdempotencyRecordKey, IdempotencyRecord> idempotencyRecords() {
        return idempotencyRecords;
    }

    /** Every count of buckets; to clean up, too. */
    public Map<BucketCountKey, BucketCount> counts() {
        return counts;
    }

    /** What every account holds. */
    public Map<String, AccountHolds> accountHolds() {
        return Collections.unmodifiableMap(accountHolds);
    }

    /** Every hold that is open, or whose end is remembered; to clean up, too. */
    public SortedMap<HoldKey, HoldEntry> holds() {
        return holds;
    }

    /** Every profile that was ever changed. */
    public Map<String, AccountProfile> profiles() {
        return Collections.unmodifiableMap(profiles);
    }

    /** What penalties remember of every account; to clean up, too. */
    public Map<String, AccountPenalties> penalties() {
        return penalties;
    }

    /** What is used of the credits of every account; to clean up, too. */
    public Map<String, UsedCredits> usedCredits() {
        return usedCredits;
    }

    /** What is remembered of other partitions. */
    public Map<Integer, WidePeer> widePeers() {
        return Collections.unmodifiableMap(widePeers);
    }

    /** Takes over a hold, or the memory of its end, from another store. */
    public void putHold(HoldKey key, HoldEntry entry) {
        holds.put(key, entry);
    }

    /** A copy of the state as it is now; neither store sees later changes of the other. */
    public InMemoryLedgerStore copy() {
        InMemoryLedgerStore copy = new InMemoryLedgerStore();
        copy.buckets.putAll(buckets);
        copy.idempotencyRecords.putAll(idempotencyRecords);
        copy.counts.putAll(counts);
        copy.accountHolds.putAll(accountHolds);
        copy.holds.putAll(holds);
        copy.profiles.putAll(profiles);
        copy.penalties.putAll(penalties);
        copy.usedCredits.putAll(usedCredits);
        copy.widePeers.putAll(widePeers);
        copy.wideCounts.putAll(wideCounts);
        copy.travellingKeys.putAll(travellingKeys);
        copy.position = position;
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
    public @Nullable BucketCount bucketCount(BucketCountKey key) {
        return counts.get(key);
    }

    @Override
    public void putBucketCount(BucketCountKey key, BucketCount count) {
        counts.put(key, count);
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
        return accountHolds.getOrDefault(account, AccountHolds.NONE);
    }

    @Override
    public void putHolds(String account, AccountHolds value) {
        if (value.equals(AccountHolds.NONE)) {
            accountHolds.remove(account);
        } else {
            accountHolds.put(account, value);
        }
    }

    @Override
    public @Nullable HoldEntry hold(HoldKey key) {
        return holds.get(key);
    }

    @Override
    public void openHold(HoldKey key, HoldEntry.Open hold) {
        holds.put(key, hold);
    }

    @Override
    public void closeHold(HoldKey key, HoldEntry.Open hold, HoldEntry.@Nullable Settled settled) {
        if (settled == null) {
            holds.remove(key);
        } else {
            holds.put(key, settled);
        }
    }

    @Override
    public void visitOpenHolds(String account, HoldKind kind, HoldVisitor visitor) {
        Map<HoldKey, HoldEntry> mine =
                holds.subMap(new HoldKey(account, kind, 0), true, new HoldKey(account, kind, Long.MAX_VALUE), true);
        // Sorting is stable: the same expiry keeps the order of the offsets.
        mine.entrySet().stream()
                .filter(entry -> entry.getValue() instanceof HoldEntry.Open)
                .sorted(Comparator.comparingLong(entry -> ((HoldEntry.Open) entry.getValue()).expiresAtMillis()))
                .takeWhile(
                        entry -> visitor.visit(entry.getKey(), ((HoldEntry.Open) entry.getValue()).expiresAtMillis()))
                .forEach(visited -> {});
    }

    @Override
    public AccountProfile profile(String account) {
        return profiles.getOrDefault(account, AccountProfile.NONE);
    }

    @Override
    public void putProfile(String account, AccountProfile profile) {
        profiles.put(account, profile);
    }

    @Override
    public AccountPenalties penalties(String account) {
        return penalties.getOrDefault(account, AccountPenalties.NONE);
    }

    @Override
    public void putPenalties(String account, AccountPenalties after) {
        if (after.isEmpty()) {
            penalties.remove(account);
        } else {
            penalties.put(account, after);
        }
    }

    @Override
    public UsedCredits usedCredits(String account) {
        return usedCredits.getOrDefault(account, UsedCredits.NONE);
    }

    @Override
    public void putUsedCredits(String account, UsedCredits used) {
        if (used.isEmpty()) {
            usedCredits.remove(account);
        } else {
            usedCredits.put(account, used);
        }
    }

    @Override
    public WidePeer widePeer(int partition) {
        return widePeers.getOrDefault(partition, WidePeer.NONE);
    }

    @Override
    public void putWidePeer(int partition, WidePeer peer) {
        widePeers.put(partition, peer);
    }

    @Override
    public LapsingCount wideCount(WideCount kind) {
        return wideCounts.getOrDefault(kind, LapsingCount.NONE);
    }

    @Override
    public void putWideCount(WideCount kind, LapsingCount wideCount) {
        wideCounts.put(kind, wideCount);
    }

    @Override
    public @Nullable TravellingKey travellingKey(IdempotencyRecordKey key) {
        return travellingKeys.get(key);
    }

    @Override
    public void putTravellingKey(IdempotencyRecordKey key, @Nullable TravellingKey entry) {
        if (entry == null) {
            travellingKeys.remove(key);
        } else {
            travellingKeys.put(key, entry);
        }
    }

    @Override
    public LogPosition position() {
        return position;
    }

    @Override
    public void putPosition(LogPosition newPosition) {
        position = newPosition;
    }

    /**
     * Whether both have the same charges, records and holds; a record that changes nothing else moves the offset alone.
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof InMemoryLedgerStore that
                && buckets.equals(that.buckets)
                && idempotencyRecords.equals(that.idempotencyRecords)
                && counts.equals(that.counts)
                && accountHolds.equals(that.accountHolds)
                && holds.equals(that.holds)
                && profiles.equals(that.profiles)
                && usedCredits.equals(that.usedCredits)
                && widePeers.equals(that.widePeers)
                && wideCounts.equals(that.wideCounts)
                && travellingKeys.equals(that.travellingKeys)
                && position.clock().equals(that.position.clock());
    }

    @Override
    public int hashCode() {
        return buckets.hashCode();
    }

    @Override
    public String toString() {
        return position + ", buckets " + buckets + ", idempotency records " + idempotencyRecords + ", holds " + holds
                + ", profiles " + profiles + ", used credits " + usedCredits + ", peers " + widePeers;
    }
}
