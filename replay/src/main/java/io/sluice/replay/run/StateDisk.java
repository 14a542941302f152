package io.sluice.replay.run;

import io.sluice.replay.log.LogException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLongArray;

/** What the states of all partitions of a run take of the disk, so that a run ends before the disk is full. */
final class StateDisk {
    private static final long MEBIBYTE = 1L << 20;

    private final AtomicLongArray bytes;
    private final RunBounds bounds;

    StateDisk(int partitions, RunBounds bounds) {
        this.bytes = new AtomicLongArray(partitions);
        this.bounds = bounds;
    }

    /**
     * Looks at the state of one partition.
     *
     * @throws LogException if all of them take more than there may be
     */
    void look(int partition, Path directory) throws LogException {
        try {
            bytes.set(partition, size(directory));
        } catch (IOException e) {
            throw new LogException(directory + " cannot be looked at: " + e.getMessage(), e);
        }
        long all = 0;
        for (int each = 0; each < bytes.length(); each++) {
            all += bytes.get(each);
        }
        if (all > bounds.diskBytesMax()) {
            throw new LogException("the state takes " + all / MEBIBYTE + " MiB of " + bounds.directory()
                    + " (expected: at most " + bounds.diskBytesMax() / MEBIBYTE
                    + "; allow more, or run a shorter part of the log)");
        }
    }

    /** The state of a partition is gone. */
    void forget(int partition) {
        bytes.set(partition, 0);
    }

    private static long size(Path directory) throws IOException {
        long[] sum = {0};
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                sum[0] += attributes.size();
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                // A compaction has deleted it meanwhile.
                return FileVisitResult.CONTINUE;
            }
        });
        return sum[0];
    }
}
