package io.sluice.streams.store;

import io.sluice.engine.ledger.BucketKey;
import io.sluice.engine.ledger.HoldEntry;
import io.sluice.engine.ledger.HoldKey;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.StoredBucket;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/**
 * The clean-up of one partition: goes round the store in bounded steps, drops what equals absence, brings the rest to
 * the newest ruleset revision and profile.
 *
 * <p>An open hold is never dropped: where its time is over, the account is handed on, for the ledger to end what is due.
 *
 * <p>It runs by wall clock, between records, wherever it happens to stand. That is sound because every change it makes
 * is neutral: a full bucket equals none, an expired memo equals none, and a refreshed bucket equals the one it replaces
 * at every later moment.
 */
public final class StateSweep {
    /** How long a bucket is kept after its last change, whether it is full or not. */
    static final long IN_USE_MILLIS = 60_000;

    private final PartitionStore store;
    private final Ledger ledger;
    private final int entriesMax;
    private final Consumer<String> dueAccounts;
    private Bytes position = StateKeys.FIRST_OF_ACCOUNTS;

    /** A clean-up that hands on the accounts in which holds are due, after each step. */
    public StateSweep(PartitionStore store, Ledger ledger, int entriesMax, Consumer<String> dueAccounts) {
        this.dueAccounts = dueAccounts;
        this.store = store;
        this.ledger = ledger;
        this.entriesMax = entriesMax;
    }

    /**
     * What one step did.
     *
     * @param visited entries looked at
     * @param removed entries dropped
     */
    public record Step(int visited, int removed) {}

    /** Looks at the next entries, {@code entriesMax} at the most; begins again behind the last. */
    public Step step() {
        List<KeyValue<Bytes, byte[]>> changes = new ArrayList<>();
        int visited = 0;
        int removed = 0;
        Set<String> due = new LinkedHashSet<>();
        Bytes next = StateKeys.FIRST_OF_ACCOUNTS;
        try (KeyValueIterator<Bytes, byte[]> entries = store.storedFrom(position)) {
            while (entries.hasNext()) {
                if (visited == entriesMax) {
                    next = entries.peekNextKey();
                    break;
                }
                KeyValue<Bytes, byte[]> entry = entries.next();
                visited++;
                if (store.isChanged(entry.key)) {
                    // In use, and written with the next commit; another round comes.
                    continue;
                }
                noteDue(entry.key.get(), entry.value, due);
                byte[] kept = kept(entry.key.get(), entry.value);
                if (kept != entry.value) {
                    removed += kept == null ? 1 : 0;
                    changes.add(KeyValue.pair(entry.key, kept));
                }
            }
        }
        store.rewrite(changes);
        position = next;
        due.forEach(dueAccounts);
        return new Step(visited, removed);
    }

    private void noteDue(byte[] key, byte[] value, Set<String> due) {
        HoldKey holdKey = StateKeys.holdKey(key);
        if (holdKey != null
                && HoldValues.entry(value) instanceof HoldEntry.Open open
                && open.expiresAtMillis() <= ledger.clockMillis()) {
            due.add(holdKey.account());
        }
    }

    /** Who has asked just now may ask again: to drop a full bucket each time would be two writes for each question. */
    private boolean isInUse(BucketKey key, StoredBucket bucket) {
        return ledger.clockMillis() - bucket.state().atMillis() < IN_USE_MILLIS && ledger.isCurrent(key, bucket);
    }

    /** The same array if the entry stays as it is, another if it is to be rewritten, null if it is to go. */
    private byte @Nullable [] kept(byte[] key, byte[] value) {
        BucketKey bucketKey = StateKeys.bucketKey(key);
        if (bucketKey != null) {
            StoredBucket bucket = StateValues.bucket(value);
            StoredBucket refreshed = ledger.refreshed(bucketKey, bucket);
            if (refreshed == null) {
                return isInUse(bucketKey, bucket) ? value : null;
            }
            boolean current =
                    refreshed.revision() == bucket.revision() && refreshed.termsVersion() == bucket.termsVersion();
            return current ? value : StateValues.encode(refreshed);
        }
        if (StateKeys.holdKey(key) != null) {
            boolean forgotten =
                    HoldValues.entry(value) instanceof HoldEntry.Settled settled && ledger.isExpired(settled);
            return forgotten ? null : value;
        }
        if (StateKeys.isCount(key)) {
            return ledger.isExpired(StateValues.count(value)) ? null : value;
        }
        return StateKeys.isMemo(key) && ledger.isExpired(StateValues.memo(value)) ? null : value;
    }
}
