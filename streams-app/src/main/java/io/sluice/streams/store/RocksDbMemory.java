package io.sluice.streams.store;

import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * The memory that all stores of one app share: one block cache, which also accounts for the write buffers.
 *
 * <p>Without it every partition's store would have 50 MB of cache and 48 MB of write buffers of its own. It is native
 * memory: {@link #close} it after the streams are closed.
 */
public final class RocksDbMemory implements AutoCloseable {
    /** The configuration key under which the streams configuration carries this object to {@link RocksDbTuning}. */
    public static final String CONFIG = "sluice.rocksdb.memory";

    private static final double HIGH_PRIORITY_SHARE = 0.2;

    static {
        RocksDB.loadLibrary();
    }

    private final Cache cache;
    private final WriteBufferManager writeBuffers;

    /**
     * Reserves the memory.
     *
     * @param cacheBytes block cache, write buffers included
     * @param writeBufferBytes the part of it that write buffers may take before they are flushed
     */
    public RocksDbMemory(long cacheBytes, long writeBufferBytes) {
        this.cache =
                new LRUCache(cacheBytes, /* numShardBits= */ -1, /* strictCapacityLimit= */ false, HIGH_PRIORITY_SHARE);
        this.writeBuffers = new WriteBufferManager(writeBufferBytes, cache);
    }

    Cache cache() {
        return cache;
    }

    WriteBufferManager writeBuffers() {
        return writeBuffers;
    }

    @Override
    public void close() {
        writeBuffers.close();
        cache.close();
    }
}
