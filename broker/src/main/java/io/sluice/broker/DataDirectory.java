package io.sluice.broker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A broker's data directory, held by a lock for as long as the broker runs.
 *
 * <p>The lock belongs to the process, so it is free again after {@code kill -9}.
 */
final class DataDirectory implements AutoCloseable {
    private final Path path;
    private final FileChannel lockFile;

    private DataDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    static DataDirectory open(Path path) throws BrokerStartException {
        FileChannel channel;
        try {
            Files.createDirectories(path);
            channel =
                    FileChannel.open(path.resolve("sluice.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new BrokerStartException("data directory " + path + " is not writable", e);
        }
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new DataDirectory(path, channel);
            }
        } catch (OverlappingFileLockException e) {
            // Another broker of this very process has it; reported below, like any other.
        } catch (IOException e) {
            closeQuietly(channel);
            throw new BrokerStartException("data directory " + path + " cannot be locked: " + e.getMessage(), e);
        }
        closeQuietly(channel);
        throw new BrokerStartException("data directory " + path + " is in use by another process");
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("closing a lock file that was never written", e);
        }
    }

    /** The directory of Kafka's segments. */
    Path log() {
        return path.resolve("log");
    }

    /** Whether a broker has formatted the directory before. */
    boolean isFormatted() {
        return Files.exists(log().resolve("meta.properties"));
    }

    @Override
    public void close() {
        closeQuietly(lockFile);
    }
}
