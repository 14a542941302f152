package io.sluice.testkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.state.AccountHolds;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.HoldEntry;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.InMemoryLedgerStore;
import io.sluice.engine.state.StoredBucket;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares a partition's final state with the oracle's, up to what clean-up and the late notice of expiries may change.
 */
final class StoreDifferences {
    private StoreDifferences() {}

    static void assertState(
            int partition,
            PartitionReplay replay,
            Map<BucketKey, StoredBucket> buckets,
            Map<HoldKey, HoldEntry> holds) {
        InMemoryLedgerStore actual = new InMemoryLedgerStore();
        buckets.forEach(actual::putBucket);
        holds.forEach(actual::putHold);
        replay.store.profiles().forEach(actual::putProfile);
        actual.putPosition(replay.store.position());
        Ledger ledger = new Ledger(actual, replay.ledger.timeline());
        accountsWithHolds(actual).forEach(account -> {
            actual.putHolds(account, counted(account, actual));
            ledger.apply(ledger.due(account, ledger.clockMillis()));
        });
        assertThat(differences(replay, ledger, actual))
                .as("buckets of partition %s", partition)
                .isEmpty();
        assertThat(remembered(actual, ledger))
                .as("holds of partition %s", partition)
                .isEqualTo(remembered(replay.store, replay.ledger));
    }

    /** The accounts that have holds, or had some. */
    static Set<String> accountsWithHolds(InMemoryLedgerStore store) {
        return store.holds().keySet().stream().map(HoldKey::account).collect(Collectors.toSet());
    }

    private static AccountHolds counted(String account, InMemoryLedgerStore store) {
        int[] counts = {0, 0, 0};
        long[] earliestMillis = {Long.MAX_VALUE};
        for (HoldKind kind : HoldKind.values()) {
            store.visitOpenHolds(account, kind, (key, expiresAtMillis) -> {
                counts[kind.ordinal()]++;
                earliestMillis[0] = Math.min(earliestMillis[0], expiresAtMillis);
                return true;
            });
        }
        return new AccountHolds(counts[0], counts[1], counts[2], earliestMillis[0]);
    }

    private static Set<String> differences(PartitionReplay replay, Ledger ledger, InMemoryLedgerStore actual) {
        Set<String> differences = new TreeSet<>();
        Set<BucketKey> keys = new HashSet<>(replay.store.buckets().keySet());
        keys.addAll(actual.buckets().keySet());
        for (BucketKey key : keys) {
            StoredBucket wanted = refreshed(replay.ledger, key, replay.store.bucket(key));
            StoredBucket found = refreshed(ledger, key, actual.bucket(key));
            if (wanted == null ? found != null : !wanted.equals(found)) {
                differences.add(key + ": expected " + wanted + " but was " + found);
            }
        }
        return differences;
    }

    private static @Nullable StoredBucket refreshed(Ledger ledger, BucketKey key, @Nullable StoredBucket bucket) {
        return bucket == null ? null : ledger.refreshed(key, bucket);
    }

    private static Map<String, HoldEntry> remembered(InMemoryLedgerStore store, Ledger ledger) {
        Map<String, HoldEntry> remembered = new TreeMap<>();
        store.holds().forEach((key, entry) -> {
            if (!(entry instanceof HoldEntry.Settled settled) || !ledger.isExpired(settled)) {
                remembered.put(key.toString(), entry);
            }
        });
        return remembered;
    }
}
