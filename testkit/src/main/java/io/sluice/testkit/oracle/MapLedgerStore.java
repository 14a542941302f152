package io.sluice.testkit.oracle;

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
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A ledger's state in sorted maps: nothing is ever cleaned up. */
public final class MapLedgerStore implements LedgerStore {
    private static final Comparator<BucketKey> ORDER = Comparator.comparing(BucketKey::account)
            .thenComparing(BucketKey::scope)
            .thenComparing(BucketKey::limitId);

    private final SortedMap<BucketKey, StoredBucket> buckets = new TreeMap<>(ORDER);
    private final Map<MemoKey, Memo> memos = new HashMap<>();
    private final Map<CountKey, KeyCount> counts = new HashMap<>();
    private final Map<String, AccountHolds> accountHolds = new HashMap<>();
    private final Map<HoldKey, HoldEntry> holds = new LinkedHashMap<>();
    private final Map<String, AccountProfile> profiles = new TreeMap<>();
    private LogPosition position = LogPosition.BEGINNING;

    /** Every bucket that was ever written, in the order of account, scope and limit. */
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
    public @Nullable KeyCount keyCount(CountKey key) {
        return counts.get(key);
    }

    @Override
    public void putKeyCount(CountKey key, KeyCount count) {
        counts.put(key, count);
    }

    @Override
    public @Nullable Memo memo(MemoKey key) {
        return memos.get(key);
    }

    @Override
    public void putMemo(MemoKey key, Memo memo) {
        memos.put(key, memo);
    }

    /** Every hold that is open, or whose end is remembered. */
    Map<HoldKey, HoldEntry> allHolds() {
        return Collections.unmodifiableMap(holds);
    }

    /** The accounts that have any. */
    Set<String> accountsWithHolds() {
        return holds.keySet().stream().map(HoldKey::account).collect(Collectors.toSet());
    }

    void putHold(HoldKey key, HoldEntry entry) {
        holds.put(key, entry);
    }

    @Override
    public AccountHolds holds(String account) {
        return accountHolds.getOrDefault(account, AccountHolds.NONE);
    }

    @Override
    public void putHolds(String account, AccountHolds value) {
        accountHolds.put(account, value);
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
        List<Map.Entry<HoldKey, HoldEntry.Open>> open = new ArrayList<>();
        holds.forEach((key, entry) -> {
            if (entry instanceof HoldEntry.Open hold && key.account().equals(account) && key.kind() == kind) {
                open.add(Map.entry(key, hold));
            }
        });
        open.sort(Comparator.<Map.Entry<HoldKey, HoldEntry.Open>>comparingLong(
                        entry -> entry.getValue().expiresAtMillis())
                .thenComparingLong(entry -> entry.getKey().offset()));
        for (Map.Entry<HoldKey, HoldEntry.Open> entry : open) {
            if (!visitor.visit(entry.getKey(), entry.getValue().expiresAtMillis())) {
                return;
            }
        }
    }

    /** Every profile that was ever changed. */
    Map<String, AccountProfile> profiles() {
        return Collections.unmodifiableMap(profiles);
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
    public LogPosition position() {
        return position;
    }

    @Override
    public void putPosition(LogPosition newPosition) {
        position = newPosition;
    }
}
