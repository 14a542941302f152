package io.sluice.streams.store;

import io.sluice.engine.state.LogPosition;
import io.sluice.engine.wide.LapsingCount;
import io.sluice.engine.wide.WideCount;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.WrappedStateStore;
import org.jspecify.annotations.Nullable;

/**
 * The real store of one partition, its caches included, over a modelled changelog and a RocksDB in memory.
 *
 * <p>Its life is that under Kafka Streams: opened, restored past all caches, used, flushed at each commit, and closed;
 * after an aborted transaction wiped first.
 */
public final class SimulatedStore {
    private final MemoryRocksDb rocksDb = new MemoryRocksDb();
    private final PartitionStore store;
    private final StateStoreContext context;

    /**
     * A store that is not open yet.
     *
     * @param changelog takes each change that is written to the changelog
     */
    public SimulatedStore(
            int partition, int cachedEntriesMax, int unwrittenEntriesMax, BiConsumer<Bytes, byte[]> changelog) {
        WriteBehindStore behind = new WriteBehindStore(
                rocksDb, Runnable::run, new WriteBehindStore.Bound(unwrittenEntriesMax, Long.MAX_VALUE));
        this.store = new PartitionStore(new Changelog(behind, changelog), cachedEntriesMax, new NoMetrics());
        this.context = (StateStoreContext) Proxy.newProxyInstance(
                StateStoreContext.class.getClassLoader(),
                new Class<?>[] {StateStoreContext.class},
                (proxy, method, args) -> {
                    if (method.getName().equals("taskId")) {
                        return new TaskId(0, partition);
                    }
                    throw new UnsupportedOperationException(method.getName() + " (expected: taskId only)");
                });
    }

    /** What Streams' own layer for the changelog does: each change goes down, and into the changelog. */
    private static final class Changelog extends WrappedStateStore<KeyValueStore<Bytes, byte[]>, Bytes, byte[]>
            implements KeyValueStore<Bytes, byte[]> {
        private final BiConsumer<Bytes, byte[]> changes;

        Changelog(KeyValueStore<Bytes, byte[]> below, BiConsumer<Bytes, byte[]> changes) {
            super(below);
            this.changes = changes;
        }

        @Override
        public void put(Bytes key, byte @Nullable [] value) {
            wrapped().put(key, value);
            changes.accept(key, value);
        }

        @Override
        public byte @Nullable [] putIfAbsent(Bytes key, byte[] value) {
            byte[] before = get(key);
            if (before == null) {
                put(key, value);
            }
            return before;
        }

        @Override
        public void putAll(List<KeyValue<Bytes, byte[]>> entries) {
            wrapped().putAll(entries);
            entries.forEach(entry -> changes.accept(entry.key, entry.value));
        }

        @Override
        public byte @Nullable [] delete(Bytes key) {
            byte[] before = get(key);
            put(key, null);
            return before;
        }

        @Override
        public byte @Nullable [] get(Bytes key) {
            return wrapped().get(key);
        }

        @Override
        public KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
            return wrapped().range(from, to);
        }

        @Override
        public KeyValueIterator<Bytes, byte[]> all() {
            return wrapped().all();
        }

        @Override
        public long approximateNumEntries() {
            return wrapped().approximateNumEntries();
        }
    }

    private record NoMetrics() implements StoreMetrics {
        @Override
        public void cached(int partition, int entries, long hits, long misses, long written) {
            // Nothing here reads metrics.
        }

        @Override
        public void closed(int partition) {
            // Nothing here reads metrics.
        }

        @Override
        public void unwritten(int partition, int entries, long bytes) {
            // Nothing here reads metrics.
        }
    }

    public PartitionStore store() {
        return store;
    }

    public void open() {
        store.init(context, store);
    }

    /** As a standby or a restore does: past the caches. */
    public void restore(Bytes key, byte @Nullable [] value) {
        rocksDb.put(key, value);
    }

    /** Before a standby becomes active. */
    public void clearCache() {
        store.clearCache();
    }

    /** Before each commit. */
    public void flush() {
        store.flushCache();
    }

    /** Writes everything, as before the offset of the changelog is stored beside it. */
    public void checkpoint() {
        store.commit(Map.of());
    }

    public void close() {
        store.close();
    }

    /** Deletes the files. */
    public void wipe() {
        rocksDb.wipe();
    }

    /** Vouchers that the partition has given out, and that are open. */
    public long openVouchers() {
        LapsingCount vouchers = new PartitionState(store).wideCount(WideCount.VOUCHERS);
        return vouchers.count() + vouchers.lapsed().count();
    }

    /** How far the log has been decided. */
    public LogPosition position() {
        byte[] value = store.get(StateKeys.CLOCK);
        return value == null ? LogPosition.BEGINNING : StateCodec.clock(value);
    }
}
