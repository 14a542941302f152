package io.sluice.cli.simulation;

import io.sluice.replay.audit.AuditResult;
import io.sluice.replay.audit.AuditWork;
import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogSource;
import io.sluice.replay.run.LogRun;
import io.sluice.replay.run.RunBounds;
import io.sluice.replay.run.RunStoppedException;
import io.sluice.replay.run.RunWindow;
import io.sluice.streams.replay.RunSettings;
import io.sluice.testkit.keys.TestKeys;
import java.nio.file.Path;

/** Audits of whole logs, as {@code sluice replay} makes them. */
final class LogAudits {
    /** Smaller than the accounts of a simulation, so that RocksDB takes part. */
    static final int CACHED_MAX = 50;

    private static final int LISTED_MAX = 10;
    private static final long MEMORY_BYTES = 32 << 20;

    private LogAudits() {}

    static RunBounds bounds(Path directory) {
        return new RunBounds(2, MEMORY_BYTES, CACHED_MAX, directory);
    }

    /** Decides a log again, with its state below this directory. */
    static AuditResult of(LogSource log, Path directory) throws LogException, RunStoppedException {
        RunSettings settings = new RunSettings(log.partitions(), log.replyPartitions(), TestKeys.TRUSTED, CACHED_MAX);
        return new AuditResult(
                log.name(),
                RunWindow.ALL,
                new LogRun(log, RunWindow.ALL, bounds(directory))
                        .run((partition, places) -> new AuditWork(
                                partition,
                                settings,
                                places.next(),
                                log.decisions(partition),
                                /* isWhole= */ true,
                                LISTED_MAX)));
    }
}
