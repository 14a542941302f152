package io.sluice.replay.run;

import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogReader;
import io.sluice.replay.log.LogSource;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.streams.replay.PartitionRun;
import io.sluice.streams.replay.RunMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Runs all partitions of a log, some of them at once.
 *
 * <p>Partitions share nothing, so the order in which they run does not matter. Memory is bounded by {@link RunBounds}:
 * a state keeps so many entries as objects, and RocksDB, in a directory that is deleted at the end, has the rest.
 */
public final class LogRun {
    /** How often the state is cleaned up, and progress is told. */
    private static final int RECORDS_PER_STEP = 10_000;
    /** A gap up to this is no loss: transactions take offsets of their own. As the streams app has it. */
    private static final long GAP_MAX = 100;

    private final LogSource log;
    private final RunWindow window;
    private final RunBounds bounds;
    private final Progress progress;
    private final List<Integer> partitions;
    private final Map<Integer, Span> spans = new HashMap<>();

    private record Span(long beginOffset, long endOffset) {}

    /**
     * Looks at all partitions of a log; nothing runs so far.
     *
     * @throws LogException if it cannot be read
     */
    public LogRun(LogSource log, RunWindow window, RunBounds bounds) throws LogException {
        this(log, IntStream.range(0, log.partitions()).boxed().toList(), window, bounds);
    }

    /** Looks at one partition of a log. */
    public static LogRun ofPartition(LogSource log, int partition, RunWindow window, RunBounds bounds)
            throws LogException {
        return new LogRun(log, List.of(partition), window, bounds);
    }

    private LogRun(LogSource log, List<Integer> partitions, RunWindow window, RunBounds bounds) throws LogException {
        this.log = log;
        this.partitions = partitions;
        this.window = window;
        this.bounds = bounds;
        long total = 0;
        for (int partition : partitions) {
            try (LogReader reader = log.requests(partition, /* from= */ null)) {
                Span span = new Span(reader.beginOffset(), reader.endOffset());
                spans.put(partition, span);
                total += span.endOffset() - span.beginOffset();
            }
        }
        this.progress = new Progress(log.partitions(), total);
    }

    public Progress progress() {
        return progress;
    }

    /** Makes the work on one partition, whose state goes to a place. */
    @FunctionalInterface
    public interface Works<R> {
        PartitionWork<R> of(int partition, StatePlaces places) throws LogException;
    }

    /** Gives each state of a partition a directory of its own. */
    public static final class StatePlaces {
        private final Path directory;
        private final RunMemory memory;
        private int count;

        private StatePlaces(Path directory, RunMemory memory) {
            this.directory = directory;
            this.memory = memory;
        }

        /** A place for one more state. */
        public PartitionRun.Place next() {
            return new PartitionRun.Place(directory.resolve(Integer.toString(count++)), memory);
        }
    }

    /**
     * Runs the log; returns the results in the order of the partitions.
     *
     * @throws LogException if the log cannot be read
     * @throws RunStoppedException if somebody stopped it; all that it made is deleted then as well
     */
    public <R> List<R> run(Works<R> works) throws LogException, RunStoppedException {
        ExecutorService workers = Executors.newFixedThreadPool(
                Math.min(bounds.threads(), partitions.size()), worker -> new Thread(worker, "sluice-replay"));
        try (RunMemory memory = new RunMemory(bounds.memoryBytes())) {
            List<Future<R>> running = new ArrayList<>();
            for (int partition : partitions) {
                running.add(workers.submit(() -> run(partition, works, memory)));
            }
            return results(running);
        } finally {
            progress.stop();
            workers.shutdownNow();
        }
    }

    private <R> List<R> results(List<Future<R>> running) throws LogException, RunStoppedException {
        List<R> results = new ArrayList<>();
        Exception failure = null;
        // All of them end before anything is closed under them.
        for (Future<R> each : running) {
            try {
                results.add(each.get());
            } catch (ExecutionException e) {
                failure = failure == null || failure instanceof RunStoppedException ? cause(e) : failure;
                progress.stop();
            } catch (InterruptedException e) {
                failure = failure == null ? new RunStoppedException() : failure;
                progress.stop();
            }
        }
        if (failure instanceof LogException unreadable) {
            throw unreadable;
        }
        if (failure instanceof RunStoppedException stopped) {
            throw stopped;
        }
        if (failure instanceof RuntimeException defect) {
            throw defect;
        }
        if (failure != null) {
            throw new LogException(String.valueOf(failure.getMessage()), failure);
        }
        return results;
    }

    private static Exception cause(ExecutionException failed) {
        return failed.getCause() instanceof Exception cause ? cause : failed;
    }

    private <R> R run(int partition, Works<R> works, RunMemory memory)
            throws LogException, RunStoppedException, IOException {
        Path directory = Files.createTempDirectory(bounds.directory(), "sluice-replay-" + partition + "-");
        try (PartitionWork<R> work = works.of(partition, new StatePlaces(directory, memory));
                LogReader reader = log.requests(partition, window.cold() ? window.from() : null)) {
            return work.result(read(partition, reader, work));
        } finally {
            delete(directory);
        }
    }

    private PartitionFacts read(int partition, LogReader reader, PartitionWork<?> work)
            throws LogException, RunStoppedException {
        Span span = Objects.requireNonNull(spans.get(partition));
        FactsCount count = new FactsCount(partition, span.beginOffset(), window);
        long told = 0;
        long read = 0;
        LoggedRecord record = reader.next();
        while (record != null && record.offset() < span.endOffset() && !count.isAfter(record)) {
            if (count.take(record)) {
                if (count.isFirst()) {
                    work.windowBegins(record);
                }
                work.decide(record);
                count.decided(work.hasRules());
            } else {
                work.warmUp(record);
            }
            read++;
            if (read % RECORDS_PER_STEP == 0) {
                progress.reached(partition, record.offset() - span.beginOffset(), read - told);
                told = read;
                work.cleanUp();
            }
            if (progress.isStopped()) {
                throw new RunStoppedException();
            }
            record = reader.next();
        }
        progress.reached(partition, span.endOffset() - span.beginOffset(), read - told);
        return count.facts();
    }

    /** Counts what a partition's log is like. */
    private static final class FactsCount {
        private final int partition;
        private final long beginOffset;
        private final RunWindow window;
        private boolean begun;
        private boolean skipped;
        private long seenOffset = -1;
        private long firstOffset = -1;
        private long lastOffset = -1;
        private long firstMillis;
        private long lastMillis;
        private long before;
        private long records;
        private long missing;
        private long withoutRules;

        FactsCount(int partition, long beginOffset, RunWindow window) {
            this.partition = partition;
            this.beginOffset = beginOffset;
            this.window = window;
        }

        /** Whether the window ended before this record. */
        boolean isAfter(LoggedRecord record) {
            return window.until() != null && window.until().isReachedBy(record);
        }

        /** Counts a record; returns whether it is in the window. */
        boolean take(LoggedRecord record) {
            if (seenOffset < 0) {
                skipped = record.offset() > beginOffset + GAP_MAX;
            } else if (record.offset() - seenOffset - 1 > GAP_MAX) {
                missing += record.offset() - seenOffset - 1;
            }
            seenOffset = record.offset();
            if (!begun && window.from() != null && !window.from().isReachedBy(record)) {
                before++;
                return false;
            }
            if (!begun) {
                begun = true;
                firstOffset = record.offset();
                firstMillis = record.timestampMillis();
            }
            lastOffset = record.offset();
            lastMillis = record.timestampMillis();
            records++;
            return true;
        }

        /** After a record, so that the one that brings the first ruleset does not count. */
        void decided(boolean hasRules) {
            withoutRules += hasRules ? 0 : 1;
        }

        boolean isFirst() {
            return records == 1;
        }

        PartitionFacts facts() {
            return new PartitionFacts(
                    partition,
                    beginOffset,
                    firstOffset,
                    lastOffset,
                    firstMillis,
                    lastMillis,
                    before,
                    records,
                    missing,
                    withoutRules,
                    PartitionFacts.start(beginOffset, window, skipped));
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
