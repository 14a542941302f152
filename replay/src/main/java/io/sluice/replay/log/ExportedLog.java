package io.sluice.replay.log;

import io.sluice.schemas.control.TrustedKeys;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A log in a directory of exported files. */
public final class ExportedLog implements LogSource {
    private final Path directory;
    private final LogManifest manifest;

    /**
     * Reads the manifest.
     *
     * @throws LogException if there is none
     */
    public ExportedLog(Path directory) throws LogException {
        this.directory = directory;
        this.manifest = LogManifest.read(directory);
    }

    public LogManifest manifest() {
        return manifest;
    }

    @Override
    public String name() {
        return "export " + directory + (manifest.anonymised() ? ", anonymised" : "");
    }

    @Override
    public int partitions() {
        return manifest.requestPartitions();
    }

    @Override
    public int replyPartitions() {
        return manifest.replyPartitions();
    }

    @Override
    public LogReader requests(int partition, @Nullable LogPoint from) throws LogException {
        return new FileLogReader(
                LogManifest.requestsFile(directory, partition),
                manifest.requests().get(partition),
                from);
    }

    @Override
    public TrustedKeys keys() {
        return manifest.keys();
    }

    @Override
    public @Nullable LogReader rules() throws LogException {
        LogManifest.Span span = manifest.rules();
        return span == null ? null : new FileLogReader(LogManifest.rulesFile(directory), span, /* from= */ null);
    }

    @Override
    public @Nullable LogReader decisions(int partition) throws LogException {
        return manifest.decisions().isEmpty()
                ? null
                : new FileLogReader(
                        LogManifest.decisionsFile(directory, partition),
                        manifest.decisions().get(partition),
                        /* from= */ null);
    }

    @Override
    public UnprovenOffsets unproven() {
        return manifest.unproven();
    }

    @Override
    public void close() {
        // Each reader has a file of its own.
    }
}
