package io.sluice.perf.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** A store that costs next to nothing, so that what is measured above it is the layout of keys and values. */
final class HashKeyValueStore implements KeyValueStore<Bytes, byte[]> {
    private final Map<Bytes, byte[]> values = new HashMap<>();

    @Override
    @SuppressWarnings("NullAway") // Absence is null in Kafka's contract.
    public byte[] get(Bytes key) {
        return values.get(key);
    }

    @Override
    public void put(Bytes key, byte[] value) {
        values.put(key, value);
    }

    @Override
    @SuppressWarnings("NullAway")
    public byte[] putIfAbsent(Bytes key, byte[] value) {
        return values.putIfAbsent(key, value);
    }

    @Override
    public void putAll(List<KeyValue<Bytes, byte[]>> entries) {
        entries.forEach(entry -> put(entry.key, entry.value));
    }

    @Override
    @SuppressWarnings("NullAway")
    public byte[] delete(Bytes key) {
        return values.remove(key);
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
        return NoEntries.INSTANCE;
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> all() {
        return NoEntries.INSTANCE;
    }

    @Override
    public long approximateNumEntries() {
        return values.size();
    }

    @Override
    public String name() {
        return "hash";
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        // Nothing restores it.
    }

    @Override
    public void close() {
        values.clear();
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    /** Nothing is ever listed: the benchmarks look keys up. */
    private enum NoEntries implements KeyValueIterator<Bytes, byte[]> {
        INSTANCE;

        @Override
        public boolean hasNext() {
            return false;
        }

        @Override
        public KeyValue<Bytes, byte[]> next() {
            throw new NoSuchElementException();
        }

        @Override
        public Bytes peekNextKey() {
            throw new NoSuchElementException();
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
