package io.sluice.streams.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.internals.RocksDBStore;

/** A partition's store over a RocksDB in a directory of its own, without a changelog. */
public final class StoreFixture implements AutoCloseable {
    static final TopicPartition CHANGELOG = new TopicPartition("changelog", 0);

    final RocksDBStore rocksDb;
    final WriteBehindStore below;
    final PartitionStore store;
    /** What the store has told of itself, summed up. */
    final Map<String, Long> told = new HashMap<>();

    private final Path directory;
    private final StateStoreContext context;

    public StoreFixture(int cachedEntriesMax, int unwrittenEntriesMax, Executor writer) {
        this(new RocksDBStore("state", "rocksdb"), cachedEntriesMax, unwrittenEntriesMax, writer);
    }

    StoreFixture(RocksDBStore rocksDb, int cachedEntriesMax, int unwrittenEntriesMax, Executor writer) {
        this(rocksDb, cachedEntriesMax, new WriteBehindStore.Bound(unwrittenEntriesMax, Long.MAX_VALUE), writer);
    }

    StoreFixture(RocksDBStore rocksDb, int cachedEntriesMax, WriteBehindStore.Bound unwritten, Executor writer) {
        this.rocksDb = rocksDb;
        this.below = new WriteBehindStore(rocksDb, writer, unwritten);
        this.store = new PartitionStore(below, cachedEntriesMax, new RecordingMetrics());
        try {
            this.directory = Files.createTempDirectory("sluice-store");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.context = new MockProcessorContext<Void, Void>(new Properties(), new TaskId(0, 0), directory.toFile())
                .getStateStoreContext();
        open();
    }

    private final class RecordingMetrics implements StoreMetrics {
        @Override
        public void cached(int partition, int entries, long hits, long misses, long written) {
            told.put("entries", (long) entries);
            told.merge("hits", hits, Long::sum);
            told.merge("misses", misses, Long::sum);
            told.merge("written", written, Long::sum);
        }

        @Override
        public void unwritten(int partition, int entries, long bytes) {
            told.put("unwritten", (long) entries);
            told.put("unwrittenBytes", bytes);
        }

        @Override
        public void closed(int partition) {
            told.clear();
        }
    }

    void open() {
        store.init(context, store);
    }

    /** As Streams does before it closes a task cleanly. */
    void commitOffset(long offset) {
        store.flushCache();
        store.commit(Map.of(CHANGELOG, offset));
    }

    /** As Streams does when a transaction was aborted: the directory is wiped, and filled again by {@code restored}. */
    void reopenWiped(Map<Bytes, byte[]> restored) {
        store.close();
        wipe();
        open();
        restored.forEach(rocksDb::put);
    }

    /** The state in it. */
    public PartitionState state() {
        return new PartitionState(store);
    }

    /** What Streams does before it commits. */
    public void commit() {
        store.flushCache();
    }

    /** Sets what makes the last changes before that. */
    public void beforeCommit(Runnable changes) {
        store.beforeCommit(changes);
    }

    /** What RocksDB has. */
    Map<Bytes, byte[]> stored() {
        Map<Bytes, byte[]> found = new TreeMap<>();
        try (KeyValueIterator<Bytes, byte[]> entries = rocksDb.all()) {
            entries.forEachRemaining(entry -> found.put(entry.key, entry.value));
        }
        return found;
    }

    private void wipe() {
        try {
            Utils.delete(directory.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        store.close();
        wipe();
    }
}
