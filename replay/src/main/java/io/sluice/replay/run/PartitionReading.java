package io.sluice.replay.run;

import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogPoint;
import io.sluice.replay.log.LogReader;
import io.sluice.replay.log.LogSource;
import io.sluice.replay.log.LoggedRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One partition of a log while it is run: first up to the window, then record by record.
 *
 * @param <R> what the work on it comes to
 */
final class PartitionReading<R> implements AutoCloseable {
    /** How often the state is cleaned up, and progress is told. */
    private static final int RECORDS_PER_STEP = 10_000;

    private final Part part;
    private final Place<R> place;
    private final Shared shared;
    private final LogReader reader;
    private final FactsCount count;
    private @Nullable LoggedRecord record;
    private boolean isInWindow;
    private long base;
    private long told;
    private long read;

    /**
     * What is read.
     *
     * @param begin where reading begins; null for the first record that is there
     */
    record Part(
            LogSource log,
            int partition,
            LogRun.Span span,
            RunWindow window,
            @Nullable LogPoint begin) {}

    /** The work, and the directory of its state, which is deleted with it. */
    record Place<R>(Path directory, PartitionWork<R> work) {}

    /** What all partitions of a run have together. */
    record Shared(PublishedRules startRules, Progress progress, StateDisk disk) {}

    /** Takes over the place. */
    PartitionReading(Part part, Place<R> place, Shared shared) throws LogException, IOException {
        this.part = part;
        this.place = place;
        this.shared = shared;
        this.count = new FactsCount(part.partition(), part.span().beginOffset(), part.window(), part.begin() != null);
        try {
            this.reader = part.log().requests(part.partition(), part.begin());
        } catch (LogException | RuntimeException e) {
            release();
            throw e;
        }
    }

    int partition() {
        return part.partition();
    }

    /** Runs what comes before the window. */
    void warmUp() throws LogException, RunStoppedException {
        first();
        base = record == null ? part.span().endOffset() : record.offset();
        shared.progress().begins(part.partition(), part.span().endOffset() - base);
        if (record != null && count.isBeginUnknown(record)) {
            place.work().startUnder(count.startingUnder(shared.startRules().at(record.timestampMillis())));
        }
        while (!isInWindow && record != null && hasNext()) {
            isInWindow = count.take(record);
            if (!isInWindow) {
                place.work().warmUp(record);
                goOn();
            }
        }
    }

    /** The first record that is run: behind where reading began, if the bound came to more than was asked for. */
    private void first() throws LogException, RunStoppedException {
        LogPoint begin = part.window().begin();
        record = reader.next();
        while (record != null && begin != null && !begin.isReachedBy(record)) {
            requireGoing();
            record = reader.next();
        }
    }

    private void requireGoing() throws RunStoppedException {
        if (shared.progress().isStopped()) {
            throw new RunStoppedException();
        }
    }

    private void goOn() throws LogException, RunStoppedException {
        LoggedRecord done = record;
        read++;
        if (done != null && read % RECORDS_PER_STEP == 0) {
            shared.progress().reached(part.partition(), done.offset() - base, read - told);
            told = read;
            place.work().cleanUp();
            shared.disk().look(part.partition(), place.directory());
        }
        requireGoing();
        record = reader.next();
    }

    /** All partitions are at the window. */
    void allAreThere() throws LogException {
        place.work().allAreThere();
    }

    /** Begins the window, if it has a record. */
    void windowBegins() throws LogException {
        if (record != null && isInWindow) {
            place.work().windowBegins(record);
        }
    }

    /** Whether there is another record to decide. */
    boolean hasNext() {
        return record != null && record.offset() < part.span().endOffset() && !count.isAfter(record);
    }

    /** The time stamp of the next record. */
    long nextMillis() {
        return record == null ? Long.MAX_VALUE : record.timestampMillis();
    }

    /** The offset of the next record. */
    long nextOffset() {
        return record == null ? Long.MAX_VALUE : record.offset();
    }

    /** Which record of another partition has led to the next one; null if none has. */
    @Nullable MessageCause nextCause() {
        return record == null ? null : MessageCause.of(record);
    }

    /** Decides the next record of the window. */
    void decideNext() throws LogException, RunStoppedException {
        place.work().decide(Objects.requireNonNull(record, "no record is left"));
        count.decided(place.work().hasRules());
        goOn();
        if (record != null && hasNext()) {
            count.take(record);
        }
    }

    /** After the last record. */
    R result() throws LogException {
        shared.progress().reached(part.partition(), part.span().endOffset() - base, read - told);
        return place.work().result(count.facts());
    }

    @Override
    public void close() throws IOException {
        try (reader) {
            release();
        }
    }

    private void release() throws IOException {
        try {
            place.work().close();
        } finally {
            shared.disk().forget(part.partition());
            delete(place.directory());
        }
    }

    /** With all that is in it. */
    static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
