package io.sluice.streams.store;

import io.sluice.engine.ledger.BucketKey;
import io.sluice.engine.ledger.StoredBucket;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/**
 * Buckets that lie by themselves, as every bucket did before there were shelves.
 *
 * <p>A store of that time is told by its clock. It may have millions of them, too many for one transaction, so each is
 * put on its shelf when it is asked for, or else when the clean-up comes to it; behind its first round there are none.
 * Until then whoever is not on a shelf is looked for here. An app of that time does not know the clock of a store that
 * was opened since, and stops; it would take every bucket for full.
 */
final class LoneBuckets {
    private final PartitionStore store;
    private boolean mayBe;

    LoneBuckets(PartitionStore store) {
        this.store = store;
        byte[] clock = store.get(StateKeys.CLOCK);
        this.mayBe = clock != null && StateValues.mayHaveLoneBuckets(clock);
        if (mayBe) {
            tell();
        }
    }

    /** In the clock, as every later clock does. */
    private void tell() {
        byte[] clock = store.get(StateKeys.CLOCK);
        if (clock != null) {
            store.put(StateKeys.CLOCK, StateValues.encodeClock(StateValues.clock(clock), mayBe));
        }
    }

    /** Whether there may be any. */
    boolean mayBe() {
        return mayBe;
    }

    /** A bucket that is on no shelf, which it is then; null if it is not here either. */
    @Nullable StoredBucket shelved(BucketKey key) {
        if (!mayBe) {
            return null;
        }
        Bytes alone = StateKeys.alone(key);
        byte[] value = store.get(alone);
        if (value == null) {
            return null;
        }
        StoredBucket bucket = StateValues.bucket(value);
        store.putBucket(key, bucket);
        store.put(alone, null);
        return bucket;
    }

    /** Puts those of one account on their shelves, {@code bucketsMax} at the most. */
    void shelve(String account, int bucketsMax) {
        if (!mayBe) {
            return;
        }
        List<BucketKey> keys = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> entries =
                store.range(StateKeys.firstLoneBucketOf(account), StateKeys.endOfLoneBucketsOf(account))) {
            while (keys.size() < bucketsMax && entries.hasNext()) {
                BucketKey key = StateKeys.loneBucketKey(entries.next().key.get());
                if (key != null) {
                    keys.add(key);
                }
            }
        }
        keys.forEach(this::shelve);
    }

    /** Puts one on its shelf, unless a newer one is there. */
    void shelve(BucketKey key) {
        if (store.bucket(key) == null) {
            shelved(key);
        } else {
            store.put(StateKeys.alone(key), null);
        }
    }

    /** Says that the clean-up has gone round the store, which it began to when that was opened. */
    void endOfRound() {
        if (mayBe) {
            mayBe = false;
            tell();
        }
    }
}
