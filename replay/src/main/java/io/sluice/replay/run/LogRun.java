package io.sluice.replay.run;

import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogPoint;
import io.sluice.replay.log.LogReader;
import io.sluice.replay.log.LogSource;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.streams.replay.PartitionRun;
import io.sluice.streams.replay.RunFailedException;
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
import org.jspecify.annotations.Nullable;

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
    /** Of each partition: what was decided, and what a candidate would have decided. */
    private static final int STATES_EACH = 2;

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

    /** Looks at some partitions of a log. */
    public static LogRun ofPartitions(LogSource log, List<Integer> partitions, RunWindow window, RunBounds bounds)
            throws LogException {
        return new LogRun(log, List.copyOf(partitions), window, bounds);
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
        // Partitions that are not run are of no size.
        long[] sizes = new long[log.partitions()];
        for (int partition : partitions) {
            try (LogReader reader = log.requests(partition, /* from= */ null)) {
                Span span = new Span(reader.beginOffset(), reader.endOffset());
                spans.put(partition, span);
                sizes[partition] = window.begin() == null ? span.endOffset() - span.beginOffset() : Progress.UNKNOWN;
            }
        }
        this.progress = new Progress(sizes);
    }

    /** Whether an offset lies in a partition's log, as it was when this looked; a transaction may have taken it. */
    public boolean reaches(int partition, long offset) {
        Span span = spans.get(partition);
        return span != null && offset >= span.beginOffset() && offset < span.endOffset();
    }

    /** The offsets of a partition that are there, for messages. */
    public String reach(int partition) {
        Span span = Objects.requireNonNull(spans.get(partition));
        return span.beginOffset() + ".." + (span.endOffset() - 1);
    }

    public Progress progress() {
        return progress;
    }

    /** Makes the work on one partition, whose state goes to a place. */
    @FunctionalInterface
    public interface Works<R> {
        PartitionWork<R> of(int partition, StatePlaces places) throws LogException;
    }

    /** Takes the result of a partition as soon as it is there, from several threads. */
    @FunctionalInterface
    public interface Results<R> {
        void take(R result) throws LogException;
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
        return run(works, result -> {});
    }

    /**
     * The same, and tells each result as soon as it is there.
     *
     * @throws LogException if the log cannot be read, or a result is not taken
     * @throws RunStoppedException if somebody stopped it
     */
    public <R> List<R> run(Works<R> works, Results<R> results) throws LogException, RunStoppedException {
        if (partitions.isEmpty()) {
            return List.of();
        }
        ExecutorService workers = Executors.newFixedThreadPool(
                Math.min(bounds.threads(), partitions.size()), worker -> new Thread(worker, "sluice-replay"));
        try (RunMemory memory = new RunMemory(bounds.memoryBytes(), STATES_EACH * bounds.threads())) {
            List<Future<R>> running = new ArrayList<>();
            for (int partition : partitions) {
                running.add(workers.submit(() -> {
                    R result = run(partition, works, memory);
                    results.take(result);
                    return result;
                }));
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
        if (failure instanceof RunFailedException failed) {
            throw new LogException(String.valueOf(failed.getMessage()), failed);
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
                LogReader reader = log.requests(partition, begin(partition))) {
            return work.result(read(partition, reader, work));
        } finally {
            delete(directory);
        }
    }

    /** Where a partition is read from, by what is asked for and by the bound. */
    private @Nullable LogPoint begin(int partition) {
        Span span = Objects.requireNonNull(spans.get(partition));
        long end = window.until() instanceof LogPoint.AtOffset until
                ? Math.min(span.endOffset(), until.offset())
                : span.endOffset();
        boolean isLong = end - span.beginOffset() > bounds.offsetsMax();
        return isLong ? new LogPoint.AtOffset(end - bounds.offsetsMax()) : window.begin();
    }

    /** The first record that is run: behind where reading began, if the bound came to more than was asked for. */
    private @Nullable LoggedRecord first(LogReader reader) throws LogException, RunStoppedException {
        LoggedRecord record = reader.next();
        while (record != null && window.begin() != null && !window.begin().isReachedBy(record)) {
            if (progress.isStopped()) {
                throw new RunStoppedException();
            }
            record = reader.next();
        }
        return record;
    }

    private PartitionFacts read(int partition, LogReader reader, PartitionWork<?> work)
            throws LogException, RunStoppedException {
        Span span = Objects.requireNonNull(spans.get(partition));
        boolean isLeftOut = begin(partition) != null;
        FactsCount count = new FactsCount(partition, span.beginOffset(), window, isLeftOut);
        long told = 0;
        long read = 0;
        LoggedRecord record = first(reader);
        long base = record == null ? span.endOffset() : record.offset();
        progress.begins(partition, span.endOffset() - base);
        if (record != null && count.isBeginUnknown(record)) {
            work.startUnder(count.startingUnder(StartRules.at(log, record.timestampMillis())));
        }
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
                progress.reached(partition, record.offset() - base, read - told);
                told = read;
                work.cleanUp();
            }
            if (progress.isStopped()) {
                throw new RunStoppedException();
            }
            record = reader.next();
        }
        progress.reached(partition, span.endOffset() - base, read - told);
        return count.facts();
    }

    /** Counts what a partition's log is like. */
    private static final class FactsCount {
        private final int partition;
        private final long beginOffset;
        private final RunWindow window;
        /** Whether whoever asked for the run, or its bound, leaves out what came before. */
        private final boolean isLeftOut;

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
        private StartRules startRules = StartRules.NONE;

        FactsCount(int partition, long beginOffset, RunWindow window, boolean isLeftOut) {
            this.isLeftOut = isLeftOut;
            this.partition = partition;
            this.beginOffset = beginOffset;
            this.window = window;
        }

        /** Whether what came before the first record that is there is not known. */
        boolean isBeginUnknown(LoggedRecord first) {
            return beginOffset > 0 || isHeadLeftOut(first);
        }

        private boolean isHeadLeftOut(LoggedRecord first) {
            return first.offset() - beginOffset > (isLeftOut ? 0 : GAP_MAX);
        }

        StartRules startingUnder(StartRules rules) {
            startRules = rules;
            return rules;
        }

        /** Whether the window ended before this record. */
        boolean isAfter(LoggedRecord record) {
            return window.until() != null && window.until().isReachedBy(record);
        }

        /** Counts a record; returns whether it is in the window. */
        boolean take(LoggedRecord record) {
            if (seenOffset < 0) {
                skipped = isHeadLeftOut(record);
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
                    PartitionFacts.start(beginOffset, isLeftOut, skipped),
                    startRules);
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
