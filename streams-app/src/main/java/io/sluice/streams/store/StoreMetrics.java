package io.sluice.streams.store;

/** The metrics that the stores of one app report. */
public interface StoreMetrics {
    /**
     * Reports what a partition's cache did since its last report.
     *
     * @param entries kept now
     * @param hits reads answered by the cache
     * @param misses reads answered by RocksDB
     * @param written entries written to the changelog
     */
    void cached(int partition, int entries, long hits, long misses, long written);

    /** The store of a partition is closed: it reports nothing more. */
    void closed(int partition);

    /**
     * How many entries of a partition RocksDB may not have yet.
     *
     * @param bytes of their keys and values
     */
    void unwritten(int partition, int entries, long bytes);
}
