package io.sluice.client.search;

import io.sluice.topics.BackwardReader;
import io.sluice.topics.RecordGuard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * One search of a partition: it reads backwards, piece by piece, until the page is full or a bound is reached.
 *
 * <p>A page may end after a number of offsets, or a time, with what it has found; {@link FoundPage#next} says where to
 * go on. Offsets never change. So pages neither repeat nor miss a record, whatever is written meanwhile.
 */
public final class BackwardSearch {
    /** The first piece is small: the newest records that are wanted are often near the end. */
    private static final long FIRST_PIECE = 512;

    private static final long PIECE_MAX = 65_536;
    private static final int PIECE_GROWTH = 4;
    /** Pieces no longer grow if one takes so much of the time of a page: a piece that is not finished is lost. */
    private static final int PIECES_OF_PAGE_MIN = 10;

    private final BackwardReader reader;
    private final RecordGuard guard;
    private final ScanBounds bounds;
    private final BooleanSupplier stopped;
    private final long endNanos;
    private final List<FoundRecord> found = new ArrayList<>();
    private int foundBytes;
    private long scanned;

    /**
     * A search that has not begun.
     *
     * @param stopped whether nobody waits for the page any longer
     * @param endNanos when it has to end, in {@link System#nanoTime}
     */
    public BackwardSearch(
            BackwardReader reader, RecordGuard guard, ScanBounds bounds, BooleanSupplier stopped, long endNanos) {
        this.reader = reader;
        this.guard = guard;
        this.bounds = bounds;
        this.stopped = stopped;
        this.endNanos = endNanos;
    }

    /** What reads the topic. */
    public BackwardReader reader() {
        return reader;
    }

    public RecordGuard guard() {
        return guard;
    }

    public ScanBounds bounds() {
        return bounds;
    }

    /**
     * How many partitions a topic has.
     *
     * @throws TimeoutException if it is not found in time
     */
    public int partitionsOf(String topic) {
        int partitions = reader.partitionsOf(topic, left());
        if (partitions == 0) {
            throw new TimeoutException("topic " + topic + " was not found");
        }
        return partitions;
    }

    /** Begins with a partition; returns the offsets that it has. */
    public BackwardReader.Offsets turnTo(TopicPartition partition) {
        return reader.turnTo(partition, left());
    }

    /**
     * Runs the search, once.
     *
     * @param keptFrom the oldest offset of the partition
     * @param from the oldest offset that may be wanted
     * @param top the first offset behind what may be wanted
     * @throws TimeoutException if not even the first piece could be read in time
     */
    public FoundPage run(TopicPartition partition, Wanted wanted, long keptFrom, long from, long top) {
        long next = top > from ? readBackwards(partition, wanted, from, top) : from;
        return new FoundPage(
                partition.partition(),
                keptFrom,
                found,
                scanned,
                next > from ? new RecordPosition(partition.partition(), next) : null);
    }

    /** Returns the offset before which the next page continues; {@code from} if there is nothing left. */
    private long readBackwards(TopicPartition partition, Wanted wanted, long from, long top) {
        long floor = Math.max(from, top - bounds.offsetsMax());
        long pieceMax = FIRST_PIECE;
        long to = top;
        while (to > floor && !isOver()) {
            long startNanos = System.nanoTime();
            long pieceFrom = Math.max(floor, to - pieceMax);
            SearchedPiece piece = new SearchedPiece(wanted, guard, room(wanted));
            if (!reader.read(partition, pieceFrom, to, this::isOver, piece::take)) {
                break;
            }
            scanned += to - pieceFrom;
            found.addAll(piece.newestFirst());
            foundBytes += piece.bytes();
            if (piece.fillsPage()) {
                return found.get(found.size() - 1).position().offset();
            }
            if (piece.isBehind()) {
                return from;
            }
            to = pieceFrom;
            if ((System.nanoTime() - startNanos) * PIECES_OF_PAGE_MIN
                    < TimeUnit.MILLISECONDS.toNanos(bounds.millisMax())) {
                pieceMax = Math.min(PIECE_MAX, pieceMax * PIECE_GROWTH);
            }
        }
        if (scanned == 0) {
            throw new TimeoutException("nothing of " + partition + " could be read in time");
        }
        return to;
    }

    private SearchedPiece.Room room(Wanted wanted) {
        return new SearchedPiece.Room(
                wanted.limit() - found.size(), ScanBounds.PAGE_BYTES_MAX - foundBytes, found.isEmpty());
    }

    /** Whether it has to end. */
    public boolean isOver() {
        return stopped.getAsBoolean() || endNanos - System.nanoTime() <= 0;
    }

    private Duration left() {
        return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
    }
}
