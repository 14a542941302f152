package io.sluice.streams.store;

import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.LogPosition;
import io.sluice.engine.state.StoredBucket;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.WrappedStateStore;
import org.jspecify.annotations.Nullable;

/**
 * The store of one request partition: the changelog and RocksDB, behind a cache of the entries in use as objects.
 *
 * <p><b>Why not Streams' own cache.</b> It keeps bytes under a lock, so every decision encodes, copies and decodes its
 * buckets. An evicted entry is written to RocksDB and to the changelog alone. Here a {@link BucketGroup} is encoded
 * once for each commit in which one of its buckets changed. All of them are written together: to the changelog at once,
 * to RocksDB behind it ({@link WriteBehindStore}).
 *
 * <p><b>State and offsets stay one.</b> Streams calls {@link #flushCache} before it flushes the producer and commits
 * the transaction with the offsets. So all changes by the records up to these offsets are in the changelog by then. If
 * the transaction is aborted, the task is closed and its RocksDB wiped or restored. {@link #init} and {@link #close}
 * clear the cache, for Streams initialises the same object again. While a task is a standby nothing reads here, and the
 * cache is cleared before it becomes active ({@link #clearCache}).
 *
 * <p>Ranges are read from RocksDB, after all changes are written. They are rare, and so they see all of it. Only the
 * clean-up, which comes every second, reads {@link #storedFrom}, and skips entries that have changed since. Not
 * thread-safe: one task owns one store.
 */
public final class PartitionStore extends WrappedStateStore<KeyValueStore<Bytes, byte[]>, Bytes, byte[]> {
    /** Entries handed on at once. */
    private static final int BATCH_ENTRIES_MAX = 1_000;
    /** Of all cached entries, the share that is not bucket groups. */
    private static final int OTHERS_SHARE = 16;

    private final StoreMetrics metrics;
    private final WriteBehindStore behind;
    private final WriteBackCache<BucketGroupKey, BucketGroup> groups;
    private final WriteBackCache<Bytes, byte[]> others;
    private final List<KeyValue<Bytes, byte[]>> batch = new ArrayList<>(BATCH_ENTRIES_MAX);
    private Runnable beforeCommit = () -> {};
    private int partition = -1;
    private long written;
    private long hitsReported;
    private long missesReported;

    /**
     * A store that writes through to another.
     *
     * @param below writes the changelog, and a {@link WriteBehindStore} below that
     * @param cachedEntriesMax buckets, and a share of it of other entries, kept as objects
     */
    PartitionStore(KeyValueStore<Bytes, byte[]> below, int cachedEntriesMax, StoreMetrics metrics) {
        super(below);
        this.metrics = metrics;
        this.behind = Objects.requireNonNull(findInner(WriteBehindStore.class), "no WriteBehindStore below");
        this.groups = new WriteBackCache<>(cachedEntriesMax, BucketGroup::size, this::storedGroup, this::spill);
        this.others =
                new WriteBackCache<>(Math.max(1, cachedEntriesMax / OTHERS_SHARE), value -> 1, below::get, this::spill);
    }

    private @Nullable BucketGroup storedGroup(BucketGroupKey key) {
        byte[] value = wrapped().get(StateKeys.of(key));
        return value == null ? null : BucketGroupCodec.group(value);
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        forget();
        partition = context.taskId().partition();
        super.init(context, root);
    }

    @Nullable StoredBucket bucket(BucketKey key) {
        BucketGroup group = groups.get(BucketGroupKey.of(key));
        return group == null ? null : group.bucket(key.limitId());
    }

    void putBucket(BucketKey key, StoredBucket bucket) {
        groups.change(BucketGroupKey.of(key), found -> {
            BucketGroup group = found == null ? new BucketGroup() : found;
            group.put(key.limitId(), bucket);
            return group;
        });
    }

    /** The value of an entry that is no bucket group. */
    byte @Nullable [] get(Bytes key) {
        return others.get(key);
    }

    /** Changes an entry that is no bucket group; null removes it. */
    void put(Bytes key, byte @Nullable [] value) {
        others.put(key, value);
    }

    /** Every entry from one key to another, both included, in the order of their bytes; null is the end. */
    public KeyValueIterator<Bytes, byte[]> range(Bytes from, @Nullable Bytes to) {
        spill();
        return wrapped().range(from, to);
    }

    /**
     * Every entry from a key on as RocksDB has it now; {@link #isChanged} finds those that have changed since, until
     * anything else of the store is read or changed.
     */
    KeyValueIterator<Bytes, byte[]> storedFrom(Bytes from) {
        return behind.storedFrom(from);
    }

    /** Whether an entry differs from that of {@link #storedFrom}. */
    boolean isChanged(Bytes key) {
        if (behind.isUnwritten(key)) {
            return true;
        }
        BucketGroupKey bucketGroupKey = StateKeys.bucketGroupKey(key.get());
        return bucketGroupKey == null ? others.isChanged(key) : groups.isChanged(bucketGroupKey);
    }

    /** Removes every entry, so that another state can be loaded. */
    public void clear() {
        forget();
        List<KeyValue<Bytes, byte[]>> removed = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> entries = wrapped().all()) {
            while (entries.hasNext()) {
                removed.add(KeyValue.pair(entries.next().key, null));
                if (removed.size() == BATCH_ENTRIES_MAX) {
                    load(removed);
                    removed.clear();
                }
            }
        }
        load(removed);
    }

    /** Puts entries in the form in which the changelog has them; one without a value is removed. */
    public void load(List<KeyValue<Bytes, byte[]>> entries) {
        wrapped().putAll(entries);
    }

    /** How far the log was decided with this state. */
    public LogPosition position() {
        byte[] value = get(StateKeys.CLOCK);
        return value == null ? LogPosition.BEGINNING : StateCodec.clock(value);
    }

    /** Replaces or removes entries of any kind, none of which has changed, in their stored form. */
    void rewrite(List<KeyValue<Bytes, byte[]>> changes) {
        for (KeyValue<Bytes, byte[]> change : changes) {
            BucketGroupKey bucketGroupKey = StateKeys.bucketGroupKey(change.key.get());
            if (bucketGroupKey == null) {
                others.forget(change.key);
            } else {
                groups.forget(bucketGroupKey);
            }
            write(change.key, change.value);
        }
        writeBatch();
    }

    /** Writes all changes to the changelog, and to RocksDB behind it. */
    private void spill() {
        if (groups.hasChanges() || others.hasChanges()) {
            groups.drain(
                    (key, group) -> write(StateKeys.of(key), group == null ? null : BucketGroupCodec.encode(group)));
            others.drain(this::write);
            writeBatch();
        }
    }

    private void write(Bytes key, byte @Nullable [] value) {
        batch.add(KeyValue.pair(key, value));
        if (batch.size() == BATCH_ENTRIES_MAX) {
            writeBatch();
        }
    }

    private void writeBatch() {
        if (!batch.isEmpty()) {
            wrapped().putAll(batch);
            written += batch.size();
            batch.clear();
        }
    }

    /** Sets what makes its last changes before a commit, until the store is closed. */
    public void beforeCommit(Runnable newBeforeCommit) {
        beforeCommit = newBeforeCommit;
    }

    /** Before each commit. */
    @Override
    public void flushCache() {
        beforeCommit.run();
        spill();
        super.flushCache();
        long hits = groups.hits() + others.hits();
        long misses = groups.misses() + others.misses();
        metrics.cached(
                partition, groups.count() + others.count(), hits - hitsReported, misses - missesReported, written);
        metrics.unwritten(partition, behind.unwritten(), behind.unwrittenBytes());
        hitsReported = hits;
        missesReported = misses;
        written = 0;
    }

    @Override
    public void clearCache() {
        forget();
        super.clearCache();
    }

    @Override
    public void close() {
        forget();
        super.close();
        metrics.closed(partition);
    }

    private void forget() {
        beforeCommit = () -> {};
        groups.clear();
        others.clear();
        batch.clear();
    }
}
