package io.sluice.streams.store;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.internals.RocksDBStore;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBatchInterface;

/** A RocksDB that is a sorted map: the same order and the same atomic batches, and no files. */
final class MemoryRocksDb extends RocksDBStore {
    private final NavigableMap<Bytes, byte[]> entries = new TreeMap<>();
    private final List<KeyValue<byte[], byte[]>> batched = new ArrayList<>();

    MemoryRocksDb() {
        super("sluice-state", "rocksdb");
        // Batches are native objects.
        RocksDB.loadLibrary();
    }

    void wipe() {
        entries.clear();
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        open.set(true);
    }

    @Override
    public synchronized void close() {
        open.set(false);
        batched.clear();
    }

    @Override
    public synchronized byte @Nullable [] get(Bytes key) {
        return entries.get(key);
    }

    @Override
    public synchronized void put(Bytes key, byte @Nullable [] value) {
        if (value == null) {
            entries.remove(key);
        } else {
            entries.put(key, value);
        }
    }

    @Override
    public void addToBatch(KeyValue<byte[], byte[]> entry, WriteBatchInterface batch) {
        batched.add(entry);
    }

    @Override
    public void write(WriteBatchInterface batch) {
        batched.forEach(entry -> put(Bytes.wrap(entry.key), entry.value));
        batched.clear();
    }

    @Override
    public synchronized void commit(Map<TopicPartition, Long> changelogOffsets) {
        // The simulation itself remembers how far a store has been restored.
    }

    @Override
    public synchronized KeyValueIterator<Bytes, byte[]> range(Bytes from, @Nullable Bytes to) {
        NavigableMap<Bytes, byte[]> wanted =
                to == null ? entries.tailMap(from, true) : entries.subMap(from, true, to, true);
        return new Entries(new TreeMap<>(wanted).entrySet().iterator());
    }

    @Override
    public synchronized KeyValueIterator<Bytes, byte[]> all() {
        return new Entries(new TreeMap<>(entries).entrySet().iterator());
    }

    @Override
    public long approximateNumEntries() {
        return entries.size();
    }

    private static final class Entries implements KeyValueIterator<Bytes, byte[]> {
        private final Iterator<Map.Entry<Bytes, byte[]>> entries;
        private Map.@Nullable Entry<Bytes, byte[]> next;

        Entries(Iterator<Map.Entry<Bytes, byte[]>> entries) {
            this.entries = entries;
            advance();
        }

        private void advance() {
            next = entries.hasNext() ? entries.next() : null;
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public Bytes peekNextKey() {
            if (next == null) {
                throw new NoSuchElementException();
            }
            return next.getKey();
        }

        @Override
        public KeyValue<Bytes, byte[]> next() {
            KeyValue<Bytes, byte[]> entry = KeyValue.pair(peekNextKey(), next.getValue());
            advance();
            return entry;
        }

        @Override
        public void close() {
            next = null;
        }
    }
}
