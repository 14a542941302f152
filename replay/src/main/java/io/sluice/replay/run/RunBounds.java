package io.sluice.replay.run;

import java.nio.file.Path;

/**
 * What a run may take of the machine.
 *
 * @param threads partitions that run at once
 * @param memoryBytes native memory for the states of all partitions that run at once
 * @param cachedEntriesMax buckets that each state keeps as objects; the rest are in RocksDB
 * @param directory holds the states while the run lasts
 * @param offsetsMax offsets of each partition that are run, up to the end of the window; what comes before these is
 *     left out
 * @param diskBytesMax what the states of all partitions that run at once may take of the disk; beyond it, a run fails
 */
public record RunBounds(
        int threads, long memoryBytes, int cachedEntriesMax, Path directory, long offsetsMax, long diskBytesMax) {
    private static final long MEMORY_BYTES_MIN = 16L << 20;
    /** Buckets that each state keeps as objects, however many partitions run together. */
    private static final int CACHED_TOGETHER_MIN = 1_000;

    public RunBounds {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: " + threads + " (expected: at least 1)");
        }
        if (memoryBytes < MEMORY_BYTES_MIN) {
            throw new IllegalArgumentException(
                    "memory: " + memoryBytes + " bytes (expected: at least " + MEMORY_BYTES_MIN + ")");
        }
        if (cachedEntriesMax < 1) {
            throw new IllegalArgumentException("cached entries: " + cachedEntriesMax + " (expected: at least 1)");
        }
        if (diskBytesMax < 1) {
            throw new IllegalArgumentException("disk: " + diskBytesMax + " bytes (expected: at least 1)");
        }
        if (offsetsMax < 1) {
            throw new IllegalArgumentException("offsets: " + offsetsMax + " (expected: at least 1)");
        }
    }

    /** However long the log is. */
    public RunBounds(int threads, long memoryBytes, int cachedEntriesMax, Path directory) {
        this(threads, memoryBytes, cachedEntriesMax, directory, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /** The same for the last so many offsets of each partition. */
    public RunBounds ofOffsets(long max) {
        return new RunBounds(threads, memoryBytes, cachedEntriesMax, directory, max, diskBytesMax);
    }

    /** The same on so much of the disk. */
    public RunBounds onDisk(long bytesMax) {
        return new RunBounds(threads, memoryBytes, cachedEntriesMax, directory, offsetsMax, bytesMax);
    }

    /** Of each state if all partitions run together: no more objects in all than if some run at once, or a few. */
    public int cachedEntriesMaxTogether(int partitions) {
        long share = (long) cachedEntriesMax * Math.min(threads, partitions) / partitions;
        return (int) Math.max(Math.min(CACHED_TOGETHER_MIN, cachedEntriesMax), share);
    }
}
