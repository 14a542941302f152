package io.sluice.streams.store;

/** What the stores of one app tell of themselves. */
public interface StoreMetrics {
    /**
     * What a partition's cache did since it last told.
     *
     * @param entries kept now
     * @param hits reads answered by the cache
     * @param misses reads answered by RocksDB
     * @param written entries written to the changelog
     */
    void cached(int partition, int entries, long hits, long misses, long written);

    /** The store of a partition is closed: there is nothing more to tell of it. */
    void closed(int partition);

    /** How many entries of a partition RocksDB may not have yet. */
    void unwritten(int partition, int entries);
}
