package io.sluice.streams.store;

import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.HoldEntry;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.StoredBucket;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/**
 * The clean-up of one partition. It visits the store in rounds, in bounded steps. It removes entries that equal
 * absence, and brings the rest to the newest ruleset revision and profile.
 *
 * <p>It never removes an open hold: once a hold has expired, the clean-up passes on the account, and the ledger ends
 * what is due. But the owners of wide buckets are told of the end of a lease, and what one partition tells another
 * depends on its log alone. So for such a lease a record is written, and that record ends it.
 *
 * <p>It runs by wall clock, between records, at any point of the log. That is sound because every change it makes is
 * neutral: a full bucket equals none, an expired idempotency record equals none, and a refreshed bucket equals the one
 * it replaces at every later moment.
 */
public final class StateSweep {
    /** How long a bucket is kept after its last change, whether it is full or not. */
    static final long IN_USE_MILLIS = 60_000;

    private final PartitionStore store;
    private final Ledger ledger;
    private final int entriesMax;
    private final Expiries expiries;
    private final WideLeaseEnds wideLeaseEnds = new WideLeaseEnds();
    /** Accounts with due holds that this step has found. */
    private final Set<String> due = new LinkedHashSet<>();

    /** The time by which wide leases are over, in this step. */
    private long wideOverMillis;

    private long lastOffset = Long.MIN_VALUE;
    private Bytes position = StateKeys.FIRST_OF_ACCOUNTS;

    /** What becomes of holds whose time is over. */
    public interface Expiries {
        /** Ends the due holds of an account, unless owners of wide buckets have to be told. */
        void end(String account);

        /** Has a record written that ends the due holds of an account. */
        void endByRecord(HoldKey lease, String clientId);
    }

    /** A clean-up that passes on the accounts with due holds, after each step. */
    public StateSweep(PartitionState state, Ledger ledger, int entriesMax, Expiries expiries) {
        this.expiries = expiries;
        this.store = state.store();
        this.ledger = ledger;
        this.entriesMax = entriesMax;
    }

    /**
     * The result of one step.
     *
     * @param visited entries read
     * @param removed buckets and other entries dropped
     */
    public record Step(int visited, int removed) {}

    /**
     * Reads the next entries, {@code entriesMax} at the most; starts over after the last one.
     *
     * @param wallMillis the app's clock: where nobody sends anything, the partition's time stands still. Where the
     *     partition goes on, it says nothing: one that lags is behind it
     */
    public Step step(long wallMillis) {
        begin(wallMillis);
        Page page = page();
        List<KeyValue<Bytes, byte[]>> changes = new ArrayList<>();
        int removed = 0;
        for (KeyValue<Bytes, byte[]> entry : page.unchanged()) {
            Kept kept = kept(entry.key.get(), entry.value);
            if (kept.value() != entry.value) {
                removed += kept.removed();
                changes.add(KeyValue.pair(entry.key, kept.value()));
            }
        }
        store.rewrite(changes);
        position = page.next();
        due.forEach(expiries::end);
        wideLeaseEnds.write(expiries);
        return new Step(page.visited(), removed);
    }

    /**
     * The next entries.
     *
     * @param unchanged those of which RocksDB has the latest value. The others are in use, or not written yet; another
     *     round comes
     * @param next where the next step begins
     */
    private record Page(int visited, List<KeyValue<Bytes, byte[]>> unchanged, Bytes next) {}

    /**
     * Reads RocksDB as it is at one moment. Nothing else of the store is read meanwhile: to judge an entry reads
     * others, a read can have changes written, and what is written no longer counts as changed. So an entry that
     * changed before that moment and was written after it would be judged, and written back, by its old value.
     */
    private Page page() {
        List<KeyValue<Bytes, byte[]>> unchanged = new ArrayList<>();
        int visited = 0;
        try (KeyValueIterator<Bytes, byte[]> entries = store.storedFrom(position)) {
            while (entries.hasNext()) {
                if (visited == entriesMax) {
                    return new Page(visited, unchanged, entries.peekNextKey());
                }
                KeyValue<Bytes, byte[]> entry = entries.next();
                visited++;
                if (!store.isChanged(entry.key)) {
                    unchanged.add(entry);
                }
            }
        }
        return new Page(visited, unchanged, StateKeys.FIRST_OF_ACCOUNTS);
    }

    private void begin(long wallMillis) {
        long offset = ledger.position().offset();
        wideOverMillis = offset == lastOffset ? Math.max(wallMillis, ledger.clockMillis()) : ledger.clockMillis();
        lastOffset = offset;
        due.clear();
        wideLeaseEnds.begin(wallMillis);
    }

    /**
     * What to do with an entry.
     *
     * @param value the same array to keep the entry, another to rewrite it, null to remove it
     * @param removed how much of it is removed: buckets of a bucket group, or the one entry
     */
    private record Kept(byte @Nullable [] value, int removed) {
        static Kept unless(boolean isOver, byte[] value) {
            return isOver ? new Kept(null, 1) : new Kept(value, 0);
        }
    }

    private Kept kept(byte[] key, byte[] value) {
        BucketGroupKey bucketGroupKey = StateKeys.bucketGroupKey(key);
        if (bucketGroupKey != null) {
            return keptOfGroup(bucketGroupKey, value);
        }
        HoldKey holdKey = StateKeys.holdKey(key);
        if (holdKey != null) {
            return keptHold(holdKey, value);
        }
        if (StateKeys.isCount(key)) {
            return Kept.unless(ledger.isExpired(StateCodec.count(value)), value);
        }
        if (StateKeys.accountOfPenalties(key) != null) {
            return Kept.unless(ledger.isExpired(PenaltyCodec.penalties(value)), value);
        }
        if (StateKeys.isTravelling(key)) {
            return Kept.unless(StateCodec.travellingKey(value).isExpired(ledger.clockMillis()), value);
        }
        String account = StateKeys.accountOfUsedCredits(key);
        if (account != null) {
            return Kept.unless(ledger.isExpired(account, StateCodec.usedCredits(value)), value);
        }
        return Kept.unless(
                StateKeys.isIdempotencyRecord(key) && ledger.isExpired(StateCodec.idempotencyRecord(value)), value);
    }

    private Kept keptHold(HoldKey key, byte[] value) {
        HoldEntry entry = HoldEntryCodec.entry(value);
        if (entry instanceof HoldEntry.Open open) {
            if (!open.vouchers().isEmpty() && open.expiresAtMillis() <= wideOverMillis) {
                wideLeaseEnds.found(key, open.clientId());
            } else if (open.vouchers().isEmpty() && open.expiresAtMillis() <= ledger.clockMillis()) {
                due.add(key.account());
            }
        }
        return Kept.unless(entry instanceof HoldEntry.Settled settled && ledger.isExpired(settled), value);
    }

    private Kept keptOfGroup(BucketGroupKey key, byte[] value) {
        BucketGroup group = BucketGroupCodec.group(value);
        BucketGroup kept = new BucketGroup();
        boolean changed = false;
        for (int i = 0; i < group.size(); i++) {
            StoredBucket bucket = group.bucket(i);
            StoredBucket keptBucket = kept(new BucketKey(key.account(), group.limitId(i), key.scope()), bucket);
            changed |= keptBucket != bucket;
            if (keptBucket != null) {
                kept.put(group.limitId(i), keptBucket);
            }
        }
        if (!changed) {
            return new Kept(value, 0);
        }
        return new Kept(kept.size() == 0 ? null : BucketGroupCodec.encode(kept), group.size() - kept.size());
    }

    private @Nullable StoredBucket kept(BucketKey key, StoredBucket bucket) {
        StoredBucket refreshed = ledger.refreshed(key, bucket);
        boolean isCurrent = ledger.isCurrent(key, bucket);
        if (refreshed == null) {
            return isCurrent && isInUse(bucket) ? bucket : null;
        }
        return isCurrent ? bucket : refreshed;
    }

    /**
     * A caller that just came may come again: to remove a full bucket each time would be two writes for each request.
     */
    private boolean isInUse(StoredBucket bucket) {
        return ledger.clockMillis() - bucket.state().atMillis() < IN_USE_MILLIS;
    }
}
