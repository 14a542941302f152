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
 *
 * <p><b>Why each store has a share of its own.</b> RocksDB bounds the write buffers of all stores together. When the
 * bound is reached, the store that is being written to flushes, however little it has. If idle stores hold the memory,
 * each further write makes a file of its own. Example: four stores have a bound of 16 MB, and three of them are idle
 * and hold 14 MB. Then the fourth made more than 4,000 files within a minute. So a store flushes at its share, and the
 * shares of all stores stay below half of the bound, where it does not act yet.
 */
public final class RocksDbMemory implements AutoCloseable {
    /** The configuration key under which the streams configuration carries this object to {@link RocksDbTuning}. */
    public static final String CONFIG = "sluice.rocksdb.memory";

    private static final double HIGH_PRIORITY_SHARE = 0.2;
    /** All shares together are two fifths of the bound; the rest is for buffers that are being flushed. */
    private static final long SHARES_PARTS = 2;

    private static final long BOUND_PARTS = 5;
    /** Smaller files cost more than the memory is worth. */
    private static final long STORE_BYTES_MIN = 256L << 10;

    private static final long STORE_BYTES_MAX = 16L << 20;

    static {
        RocksDB.loadLibrary();
    }

    private final Cache cache;
    private final WriteBufferManager writeBuffers;
    private final long storeBytes;

    /**
     * Reserves the memory.
     *
     * @param cacheBytes block cache, write buffers included
     * @param writeBufferBytes the part of it that write buffers may take before they are flushed
     * @param storesMax how many stores may be open at once
     */
    public RocksDbMemory(long cacheBytes, long writeBufferBytes, int storesMax) {
        if (storesMax < 1) {
            throw new IllegalArgumentException("storesMax: " + storesMax + " (expected: at least 1)");
        }
        this.cache =
                new LRUCache(cacheBytes, /* numShardBits= */ -1, /* strictCapacityLimit= */ false, HIGH_PRIORITY_SHARE);
        this.writeBuffers = new WriteBufferManager(writeBufferBytes, cache);
        long share = writeBufferBytes * SHARES_PARTS / BOUND_PARTS / storesMax;
        this.storeBytes = Math.max(STORE_BYTES_MIN, Math.min(STORE_BYTES_MAX, share));
    }

    Cache cache() {
        return cache;
    }

    WriteBufferManager writeBuffers() {
        return writeBuffers;
    }

    /** What one store may keep in its write buffer before it flushes. */
    long storeBytes() {
        return storeBytes;
    }

    @Override
    public void close() {
        writeBuffers.close();
        cache.close();
    }
}
