package io.sluice.cli.replay;

import io.sluice.cli.CommandFailure;
import io.sluice.replay.run.RunBounds;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that bound the resources for running a log. */
final class RunResourceOptions {
    private static final long MEBIBYTE = 1L << 20;

    @Option(
            names = "--threads",
            paramLabel = "COUNT",
            description = "Partitions that run at once (default: one for each processor).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--memory-mib",
            paramLabel = "MIB",
            defaultValue = "256",
            description = "Memory outside of the heap for the state (default: 256).")
    private long memoryMib = 256;

    @Option(
            names = "--cached-entries-max",
            paramLabel = "COUNT",
            defaultValue = "100000",
            description = "Buckets that each state keeps as objects; the rest are on disk (default: 100000).")
    private int cachedEntriesMax = 100_000;

    @Option(
            names = "--work-directory",
            paramLabel = "DIRECTORY",
            description = "Directory for the state while the command runs (default: the system's temporary directory).")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(
            names = "--disk-mib",
            paramLabel = "MIB",
            defaultValue = "65536",
            description = "Disk space that the state may use (default: 65536).")
    private long diskMib = 65_536;

    int cachedEntriesMax() {
        return cachedEntriesMax;
    }

    RunBounds bounds() throws CommandFailure {
        try {
            return new RunBounds(threads, memoryMib * MEBIBYTE, cachedEntriesMax, directory).onDisk(diskMib * MEBIBYTE);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }
}
