package io.sluice.streams.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.RocksDBStore;
import org.apache.kafka.streams.state.internals.WrappedStateStore;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * RocksDB, written later and by another thread than the stream thread, which is the bottleneck.
 *
 * <pre>
 *   put ---&gt; recent ---(full, or some commits old)---&gt; in flight ---the writer's thread---&gt; RocksDB
 *
 *   get: recent, in flight, RocksDB; the first that knows the key
 * </pre>
 *
 * <p><b>Nothing is lost.</b> Every change put here is in the changelog before its transaction is committed. RocksDB is
 * not read after a crash, for exactly-once restores from the changelog then. It has to be complete when Streams relies
 * on it. That is when an offset of the changelog is stored beside it ({@link #commit}), before a task is closed or
 * becomes a standby. Closed without that, RocksDB lacks changes and has an offset from before them, and is restored
 * from there.
 *
 * <p><b>One step at a time.</b> At most one map is in flight; if the next is full before, the stream thread waits, as
 * it does for RocksDB otherwise. A map in flight never changes. Only puts and commits note that it has been written, so
 * {@link #storedFrom} and {@link #isUnwritten} show the same moment until the next of those.
 *
 * <p>Apart from that it is not thread-safe: one task owns one store.
 */
final class WriteBehindStore extends WrappedStateStore<KeyValueStore<Bytes, byte[]>, Bytes, byte[]>
        implements KeyValueStore<Bytes, byte[]> {
    /** For how many commits an entry may wait before it is written to RocksDB; some seconds. */
    static final int COMMITS_MAX = 20;
    /** Entries written to RocksDB in one batch. */
    private static final int BATCH_ENTRIES_MAX = 1_000;
    /** Stands for a removed entry. */
    private static final byte[] REMOVED = {};

    private final RocksDBStore rocksDb;
    private final Executor writer;
    private final Bound bound;
    private Map<Bytes, byte[]> recent = new HashMap<>();
    private long recentBytes;
    private Map<Bytes, byte[]> inFlight = new HashMap<>();
    private long inFlightBytes;
    private @Nullable CompletableFuture<Void> writing;
    private int commits;

    /**
     * What may wait to be written; as much again may be in flight. Accounts choose how many limits, attributes and
     * holds they have, and so how large an entry is: a number of entries alone bounds no memory.
     *
     * @param bytesMax of keys and values; one entry more may wait
     */
    record Bound(int entriesMax, long bytesMax) {
        /** How many cached entries there are for each one that may wait. */
        private static final int CACHED_FOR_UNWRITTEN = 2;
        /** What an entry may have on average. Twice that for every two cached entries is half of what those take. */
        private static final long ENTRY_BYTES = 200;

        Bound {
            atLeastOne("entriesMax", entriesMax);
            atLeastOne("bytesMax", bytesMax);
        }

        private static void atLeastOne(String name, long value) {
            if (value < 1) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: at least 1)");
            }
        }

        /** The bound beside so many entries that are kept as objects. */
        static Bound beside(int cachedEntriesMax) {
            int entriesMax = Math.max(1, cachedEntriesMax / CACHED_FOR_UNWRITTEN);
            return new Bound(entriesMax, entriesMax * ENTRY_BYTES);
        }
    }

    /**
     * A store in front of another.
     *
     * @param writer runs the writes
     */
    WriteBehindStore(RocksDBStore rocksDb, Executor writer, Bound bound) {
        super(rocksDb);
        this.rocksDb = rocksDb;
        this.writer = writer;
        this.bound = bound;
    }

    @Override
    public byte @Nullable [] get(Bytes key) {
        byte[] value = recent.get(key);
        if (value == null) {
            value = inFlight.get(key);
        }
        if (value == null) {
            return rocksDb.get(key);
        }
        return value == REMOVED ? null : value;
    }

    @Override
    public void put(Bytes key, byte @Nullable [] value) {
        byte[] put = value == null ? REMOVED : value;
        byte[] before = recent.put(key, put);
        recentBytes += put.length + (before == null ? key.get().length : -before.length);
        if (recent.size() >= bound.entriesMax() || recentBytes >= bound.bytesMax()) {
            handOver();
        }
    }

    @Override
    public void putAll(List<KeyValue<Bytes, byte[]>> entries) {
        entries.forEach(entry -> put(entry.key, entry.value));
    }

    @Override
    public byte @Nullable [] putIfAbsent(Bytes key, byte @Nullable [] value) {
        byte[] found = get(key);
        if (found == null) {
            put(key, value);
        }
        return found;
    }

    @Override
    public byte @Nullable [] delete(Bytes key) {
        byte[] found = get(key);
        put(key, null);
        return found;
    }

    /** Waits until all is written. */
    @Override
    public KeyValueIterator<Bytes, byte[]> range(@Nullable Bytes from, @Nullable Bytes to) {
        writeAll();
        return rocksDb.range(from, to);
    }

    /** Waits until all is written. */
    @Override
    public KeyValueIterator<Bytes, byte[]> all() {
        writeAll();
        return rocksDb.all();
    }

    /** Entries as RocksDB has them, which may be older ones; {@link #isUnwritten} finds those. */
    KeyValueIterator<Bytes, byte[]> storedFrom(Bytes from) {
        return rocksDb.range(from, /* to= */ null);
    }

    boolean isUnwritten(Bytes key) {
        return recent.containsKey(key) || inFlight.containsKey(key);
    }

    /** Entries that RocksDB may not have yet. */
    int unwritten() {
        return recent.size() + inFlight.size();
    }

    /** The bytes of their keys and values. */
    long unwrittenBytes() {
        return recentBytes + inFlightBytes;
    }

    @Override
    public long approximateNumEntries() {
        return rocksDb.approximateNumEntries() + unwritten();
    }

    /** At each commit. */
    @Override
    public void flushCache() {
        noteWritten();
        commits++;
        if (commits >= COMMITS_MAX) {
            handOver();
        }
    }

    /** Before the task becomes a standby, whose changes go straight to RocksDB. */
    @Override
    public void clearCache() {
        writeAll();
    }

    @Override
    public void commit(Map<TopicPartition, Long> changelogOffsets) {
        writeAll();
        super.commit(changelogOffsets);
    }

    private void writeAll() {
        handOver();
        awaitWritten();
    }

    private void handOver() {
        awaitWritten();
        commits = 0;
        if (recent.isEmpty()) {
            return;
        }
        Map<Bytes, byte[]> handed = recent;
        long handedBytes = recentBytes;
        recent = inFlight;
        recentBytes = 0;
        inFlight = handed;
        inFlightBytes = handedBytes;
        writing = CompletableFuture.runAsync(() -> write(handed), writer);
    }

    private void noteWritten() {
        if (writing != null && writing.isDone()) {
            awaitWritten();
        }
    }

    private void awaitWritten() {
        CompletableFuture<Void> awaited = writing;
        if (awaited == null) {
            return;
        }
        try {
            awaited.join();
        } catch (CompletionException e) {
            throw new ProcessorStateException("store " + name() + " could not be written", e.getCause());
        }
        writing = null;
        inFlight.clear();
        inFlightBytes = 0;
    }

    /**
     * Bypasses RocksDBStore's own puts, which read the record that is being processed. Nearly in the order of the keys:
     * RocksDB's write buffer then finds the position of each beside the one before, and need not search all of it.
     */
    private void write(Map<Bytes, byte[]> entries) {
        int batched = 0;
        try (WriteBatch batch = new WriteBatch()) {
            for (Map.Entry<Bytes, byte[]> entry : WriteOrder.of(entries)) {
                byte[] value = entry.getValue();
                rocksDb.addToBatch(KeyValue.pair(entry.getKey().get(), value == REMOVED ? null : value), batch);
                batched++;
                if (batched % BATCH_ENTRIES_MAX == 0) {
                    rocksDb.write(batch);
                    batch.clear();
                }
            }
            rocksDb.write(batch);
        } catch (RocksDBException e) {
            throw new ProcessorStateException(e);
        }
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        forget();
        super.init(context, root);
    }

    /** Drops what is not written: Streams has stored no offset beyond it. */
    @Override
    public void close() {
        CompletableFuture<Void> awaited = writing;
        if (awaited != null) {
            // RocksDB must not be closed under the writer. A failed write would fail the next put; there will be none.
            awaited.handle((written, failure) -> written).join();
        }
        forget();
        super.close();
    }

    private void forget() {
        writing = null;
        recent.clear();
        recentBytes = 0;
        inFlight.clear();
        inFlightBytes = 0;
        commits = 0;
    }
}
