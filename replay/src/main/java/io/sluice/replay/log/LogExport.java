package io.sluice.replay.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Copies a log into files, a partition after the other, in bounded memory. */
public final class LogExport {
    private final LogSource log;
    private final BooleanSupplier isStopped;

    /**
     * An export that has not begun.
     *
     * @param isStopped whether somebody wants it to end
     */
    public LogExport(LogSource log, BooleanSupplier isStopped) {
        this.log = log;
        this.isStopped = isStopped;
    }

    /**
     * Which part of the log is copied.
     *
     * @param from the first record; null for the first that is there
     * @param until the record after the last one; null for all
     * @param decisions whether the decisions are copied too, so that the copy can be audited
     * @param anonymised whether accounts and clients get other names; decisions are left out then
     */
    public record Part(@Nullable LogPoint from, @Nullable LogPoint until, boolean decisions, boolean anonymised) {}

    /**
     * Copies the log. The manifest comes last: a directory without one was not finished.
     *
     * @param directory is made if it does not exist; it must not have an export yet
     */
    public LogManifest to(Path directory, Part part) throws LogException, IOException {
        Files.createDirectories(directory);
        if (LogManifest.isIn(directory)) {
            throw new LogException(directory + " has an export already (expected: a directory without one)");
        }
        Anonymiser anonymiser = part.anonymised() ? new Anonymiser(log.partitions(), log.keys()) : null;
        List<LogManifest.Span> requests = new ArrayList<>();
        List<LogManifest.Span> decisions = new ArrayList<>();
        for (int partition = 0; partition < log.partitions(); partition++) {
            try (LogReader reader = log.requests(partition, part.from())) {
                requests.add(copied(reader, LogManifest.requestsFile(directory, partition), part, anonymiser));
            }
            LogReader recorded = part.decisions() && anonymiser == null ? log.decisions(partition) : null;
            if (recorded != null) {
                try (recorded) {
                    Part all = new Part(null, null, true, false);
                    decisions.add(copied(recorded, LogManifest.decisionsFile(directory, partition), all, null));
                }
            }
        }
        LogReader published = log.rules();
        LogManifest.Span rules = null;
        if (published != null) {
            try (published) {
                Part all = new Part(null, null, true, false);
                rules = copied(published, LogManifest.rulesFile(directory), all, anonymiser);
            }
        }
        LogManifest manifest = new LogManifest(
                part.anonymised() ? "a log, anonymised" : log.name(),
                log.partitions(),
                log.replyPartitions(),
                part.anonymised(),
                anonymiser == null ? log.keys() : anonymiser.keys(),
                requests,
                decisions,
                rules,
                unproven(requests));
        manifest.write(directory);
        return manifest;
    }

    /** Of the records that were copied. */
    private UnprovenOffsets unproven(List<LogManifest.Span> requests) throws LogException {
        UnprovenOffsets all = log.unproven();
        UnprovenOffsets copied = new UnprovenOffsets();
        for (int partition = 0; partition < requests.size(); partition++) {
            LogManifest.Span span = requests.get(partition);
            for (long offset : all.of(partition).subSet(span.beginOffset(), span.endOffset())) {
                copied.add(partition, offset);
            }
        }
        return copied;
    }

    private LogManifest.Span copied(LogReader reader, Path file, Part part, @Nullable Anonymiser anonymiser)
            throws LogException, IOException {
        long begin = part.from() == null ? reader.beginOffset() : -1;
        long end = part.until() == null ? reader.endOffset() : -1;
        long last = -1;
        try (LogFileWriter writer = new LogFileWriter(file)) {
            LoggedRecord record = reader.next();
            while (record != null && (part.until() == null || !part.until().isReachedBy(record))) {
                if (isStopped.getAsBoolean()) {
                    throw new LogException("stopped before the end; " + file.getParent() + " is not whole");
                }
                begin = begin < 0 ? record.offset() : begin;
                last = record.offset();
                writer.write(anonymiser == null ? record : anonymiser.of(record));
                record = reader.next();
            }
            writer.end();
            long from = begin < 0 ? Math.max(0, reader.endOffset()) : begin;
            return new LogManifest.Span(from, Math.max(from, end < 0 ? last + 1 : end), writer.records());
        }
    }
}
