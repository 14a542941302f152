package io.sluice.streams.replay;

import io.sluice.streams.store.RocksDbMemory;

/** The native memory of all partitions that run at once; it is reserved once, whatever their number. */
public final class RunMemory implements AutoCloseable {
    private static final long WRITE_BUFFER_SHARE = 2;

    private final RocksDbMemory rocksDb;

    /** Reserves so many bytes for at most so many states at once; half of them for what is not on disk yet. */
    public RunMemory(long bytes, int statesMax) {
        this.rocksDb = new RocksDbMemory(bytes, bytes / WRITE_BUFFER_SHARE, statesMax);
    }

    RocksDbMemory rocksDb() {
        return rocksDb;
    }

    @Override
    public void close() {
        rocksDb.close();
    }
}
