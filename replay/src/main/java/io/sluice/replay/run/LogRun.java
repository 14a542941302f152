package io.sluice.replay.run;

import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogPoint;
import io.sluice.replay.log.LogReader;
import io.sluice.replay.log.LogSource;
import io.sluice.streams.replay.PartitionRun;
import io.sluice.streams.replay.RunFailedException;
import io.sluice.streams.replay.RunMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs all partitions of a log, some of them at once.
 *
 * <p>Partitions share nothing, so the order in which they run does not matter. Memory is bounded by {@link RunBounds}:
 * a state keeps so many entries as objects, and RocksDB, in a directory that is deleted at the end, has the rest.
 */
public final class LogRun {
    /** Of each partition: under the log's own rules, under a base, and under a candidate. */
    private static final int STATES_EACH = 3;

    private final LogSource log;
    private final RunWindow window;
    private final RunBounds bounds;
    private final Progress progress;
    private final List<Integer> partitions;
    private final Map<Integer, Span> spans;
    private final PartitionReading.Shared shared;

    /** The offsets of a partition. */
    record Span(long beginOffset, long endOffset) {}

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
        this(log, window, bounds, spans(log, partitions));
    }

    private LogRun(LogSource log, RunWindow window, RunBounds bounds, Map<Integer, Span> spans) {
        this.log = log;
        this.partitions = List.copyOf(spans.keySet());
        this.window = window;
        this.bounds = bounds;
        this.spans = spans;
        // Partitions that are not run are of no size.
        long[] sizes = new long[log.partitions()];
        spans.forEach((partition, span) ->
                sizes[partition] = window.begin() == null ? span.endOffset() - span.beginOffset() : Progress.UNKNOWN);
        this.progress = new Progress(sizes);
        this.shared =
                new PartitionReading.Shared(new PublishedRules(log), progress, new StateDisk(log.partitions(), bounds));
    }

    private static Map<Integer, Span> spans(LogSource log, List<Integer> partitions) throws LogException {
        Map<Integer, Span> spans = new TreeMap<>();
        for (int partition : partitions) {
            try (LogReader reader = log.requests(partition, /* from= */ null)) {
                spans.put(partition, new Span(reader.beginOffset(), reader.endOffset()));
            }
        }
        return spans;
    }

    /** The same part of the log once more, whatever has come since. */
    public LogRun again() {
        return new LogRun(log, window, bounds, spans);
    }

    /** Whether an offset lies in a partition's log, as it was when this looked; a transaction may have taken it. */
    public boolean reaches(int partition, long offset) {
        Span span = spans.get(partition);
        return span != null && offset >= span.beginOffset() && offset < span.endOffset();
    }

    /** The offsets of a partition that are there, for messages. */
    public String reach(int partition) {
        Span span = span(partition);
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
        return run(STATES_EACH, works, results);
    }

    /** The same for works with so many states of each partition. */
    public <R> List<R> run(int statesEach, Works<R> works) throws LogException, RunStoppedException {
        return run(statesEach, works, result -> {});
    }

    private <R> List<R> run(int statesEach, Works<R> works, Results<R> results)
            throws LogException, RunStoppedException {
        if (partitions.isEmpty()) {
            return List.of();
        }
        ExecutorService workers = workers();
        try (RunMemory memory = new RunMemory(bounds.memoryBytes(), statesEach * bounds.threads())) {
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

    /**
     * Runs all partitions together, in one thread: record by record in the order of their time stamps ({@link
     * TimeOrder}). What comes before the window is run as by {@link #run}, and each work is told when all are there
     * ({@link PartitionWork#allAreThere}). For works that have something in common.
     *
     * @param statesEach states of each partition
     * @throws LogException if the log cannot be read
     * @throws RunStoppedException if somebody stopped it
     */
    public <R> List<R> runTogether(int statesEach, Works<R> works) throws LogException, RunStoppedException {
        List<PartitionReading<R>> readings = new ArrayList<>();
        int states = statesEach * Math.max(1, partitions.size());
        try (RunMemory memory = new RunMemory(bounds.memoryBytes(), states)) {
            try {
                for (int partition : partitions) {
                    readings.add(open(partition, works, memory));
                }
                warmUp(readings);
                return together(readings);
            } finally {
                close(readings);
            }
        } catch (IOException | RunFailedException e) {
            throw new LogException(String.valueOf(e.getMessage()), e);
        } finally {
            progress.stop();
        }
    }

    /** So far partitions share nothing. */
    private void warmUp(List<? extends PartitionReading<?>> readings) throws LogException, RunStoppedException {
        ExecutorService workers = workers();
        try {
            List<Future<PartitionReading<?>>> running = new ArrayList<>();
            for (PartitionReading<?> reading : readings) {
                running.add(workers.submit(() -> {
                    reading.warmUp();
                    return reading;
                }));
            }
            results(running);
        } finally {
            workers.shutdownNow();
        }
    }

    private ExecutorService workers() {
        return Executors.newFixedThreadPool(
                Math.max(1, Math.min(bounds.threads(), partitions.size())),
                worker -> new Thread(worker, "sluice-replay"));
    }

    private static void close(List<? extends PartitionReading<?>> readings) throws IOException {
        IOException failure = null;
        for (PartitionReading<?> reading : readings) {
            try {
                reading.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static <R> List<R> together(List<PartitionReading<R>> readings) throws LogException, RunStoppedException {
        for (PartitionReading<R> reading : readings) {
            reading.allAreThere();
        }
        for (PartitionReading<R> reading : readings) {
            reading.windowBegins();
        }
        new TimeOrder(readings).decideAll();
        List<R> results = new ArrayList<>();
        for (PartitionReading<R> reading : readings) {
            results.add(reading.result());
        }
        return results;
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
        try (PartitionReading<R> reading = open(partition, works, memory)) {
            reading.warmUp();
            reading.windowBegins();
            while (reading.hasNext()) {
                reading.decideNext();
            }
            return reading.result();
        }
    }

    private <R> PartitionReading<R> open(int partition, Works<R> works, RunMemory memory)
            throws LogException, IOException {
        Path directory = Files.createTempDirectory(bounds.directory(), "sluice-replay-" + partition + "-");
        PartitionWork<R> work;
        try {
            work = works.of(partition, new StatePlaces(directory, memory));
        } catch (LogException | RuntimeException e) {
            PartitionReading.delete(directory);
            throw e;
        }
        return new PartitionReading<>(
                new PartitionReading.Part(log, partition, span(partition), window, begin(partition)),
                new PartitionReading.Place<>(directory, work),
                shared);
    }

    private Span span(int partition) {
        return Objects.requireNonNull(spans.get(partition));
    }

    /** Where a partition is read from, by what is asked for and by the bound. */
    private @Nullable LogPoint begin(int partition) {
        Span span = span(partition);
        long end = window.until() instanceof LogPoint.AtOffset until
                ? Math.min(span.endOffset(), until.offset())
                : span.endOffset();
        boolean isLong = end - span.beginOffset() > bounds.offsetsMax();
        return isLong ? new LogPoint.AtOffset(end - bounds.offsetsMax()) : window.begin();
    }
}
