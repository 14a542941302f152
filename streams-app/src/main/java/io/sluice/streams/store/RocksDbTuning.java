package io.sluice.streams.store;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.apache.kafka.streams.state.internals.BlockBasedTableConfigWithAccessibleCache;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.IndexType;
import org.rocksdb.Options;

/** The RocksDB settings of the stores: shared memory, filters for missing keys, small blocks for point reads. */
public final class RocksDbTuning implements RocksDBConfigSetter {
    private static final long BLOCK_BYTES = 8 << 10;
    private static final int WRITE_BUFFERS_MAX = 3;
    private static final int BACKGROUND_JOBS_MAX = 2;
    private static final double BLOOM_BITS_PER_KEY = 10;
    /** Of a write buffer, the share that is a filter of the keys in it. */
    private static final double WRITE_BUFFER_FILTER_SHARE = 0.02;
    /** A write buffer grows by this part of itself, and an empty one has one. */
    private static final long ARENA_PARTS = 16;

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        if (!(configs.get(RocksDbMemory.CONFIG) instanceof RocksDbMemory memory)) {
            throw new IllegalStateException(RocksDbMemory.CONFIG + ": missing (expected: the app's RocksDbMemory)");
        }
        // Streams insists on its own table configuration class; this frees the private cache that it brought.
        var table = (BlockBasedTableConfigWithAccessibleCache) options.tableFormatConfig();
        Cache ownCache = table.blockCache();
        table.setBlockCache(memory.cache());
        ownCache.close();
        table.setCacheIndexAndFilterBlocks(true);
        table.setCacheIndexAndFilterBlocksWithHighPriority(true);
        table.setPinTopLevelIndexAndFilter(true);
        table.setPinL0FilterAndIndexBlocksInCache(true);
        table.setFilterPolicy(new BloomFilter(BLOOM_BITS_PER_KEY));
        // In blocks of their own: the filter of a file with millions of small entries has several megabytes, more than
        // any one part of the shared cache holds. As one block it is read from disk again for each key.
        table.setIndexType(IndexType.kTwoLevelIndexSearch);
        table.setPartitionFilters(true);
        table.setBlockSize(BLOCK_BYTES);
        options.setTableFormatConfig(table);
        options.setWriteBufferManager(memory.writeBuffers());
        // Most reads for first-seen clients find nothing: keep the filter on the last level.
        options.setOptimizeFiltersForHits(false);
        // The same for entries that are not on disk yet: half the time of such a read.
        options.setMemtableWholeKeyFiltering(true);
        options.setMemtablePrefixBloomSizeRatio(WRITE_BUFFER_FILTER_SHARE);
        // Keys repeat account and limit, values are mostly zeros: a third of the disk for little work in the
        // background.
        options.setCompressionType(CompressionType.LZ4_COMPRESSION);
        options.setWriteBufferSize(memory.storeBytes());
        options.setArenaBlockSize(memory.storeBytes() / ARENA_PARTS);
        options.setMaxWriteBufferNumber(WRITE_BUFFERS_MAX);
        options.setMaxBackgroundJobs(BACKGROUND_JOBS_MAX);
    }

    @Override
    public void close(String storeName, Options options) {
        // The shared memory outlives every store; the streams app closes it.
    }
}
