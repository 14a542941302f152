package io.sluice.client.decisions;

import io.sluice.schemas.WireException;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.schemas.topic.TopicCatalogue;
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
 * One search: it reads the account's partition of the decision topic backwards, piece by piece, until the page is full
 * or a bound is reached.
 *
 * <p>Records of other accounts cost a comparison of their key. A page therefore ends after a number of offsets, or a
 * time, with what it has found; {@link DecisionPage#next} says where to go on. Offsets never change. So pages neither
 * repeat nor miss a record, whatever is written meanwhile.
 */
public final class DecisionScan {
    /** The first piece is small: the newest records of a busy account are near the end. */
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
    private final List<RecordedDecision> found = new ArrayList<>();
    private int foundBytes;
    private long scanned;

    /**
     * A search that has not begun.
     *
     * @param stopped whether nobody waits for the page any longer
     * @param endNanos when it has to end, in {@link System#nanoTime}
     */
    public DecisionScan(
            BackwardReader reader, RecordGuard guard, ScanBounds bounds, BooleanSupplier stopped, long endNanos) {
        this.reader = reader;
        this.guard = guard;
        this.bounds = bounds;
        this.stopped = stopped;
        this.endNanos = endNanos;
    }

    /**
     * Runs the search.
     *
     * @throws WireException if the query is not about the account's partition
     * @throws TimeoutException if not even the first piece could be read in time
     */
    public DecisionPage run(DecisionQuery query) throws WireException {
        int partitions = reader.partitionsOf(TopicCatalogue.DECISIONS, left());
        if (partitions == 0) {
            throw new TimeoutException("topic " + TopicCatalogue.DECISIONS + " was not found");
        }
        int number = AccountPartitioner.partitionOf(query.account(), partitions);
        query.checkPartition(number);
        TopicPartition partition = new TopicPartition(TopicCatalogue.DECISIONS, number);
        BackwardReader.Offsets offsets = reader.turnTo(partition, query.since(), query.until(), left());
        long top = query.before() == null
                ? offsets.to()
                : Math.min(offsets.to(), query.before().offset());
        long from = offsets.from();
        if (query.filter().decision() != null) {
            // Halving finds the decision at once. What ended its hold is behind it, as far as a page goes.
            from = new DecisionLocator(reader, guard, partition, this::isOver)
                    .atOrBefore(query.filter().decision(), from, top);
            top = Math.min(top, from + bounds.offsetsMax());
        }
        long next = top > from ? readBackwards(partition, query, from, top) : from;
        return new DecisionPage(
                number,
                offsets.keptFrom(),
                found,
                scanned,
                found.stream().filter(record -> record.unknown() != null).count(),
                next > from ? new RecordPosition(number, next) : null);
    }

    /** Returns the offset before which the next page continues; {@code from} if there is nothing left. */
    private long readBackwards(TopicPartition partition, DecisionQuery query, long from, long top) {
        long floor = Math.max(from, top - bounds.offsetsMax());
        long pieceMax = FIRST_PIECE;
        long to = top;
        while (to > floor && !isOver()) {
            long startNanos = System.nanoTime();
            long pieceFrom = Math.max(floor, to - pieceMax);
            ScannedPiece piece = new ScannedPiece(query, guard, room(query));
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

    private ScannedPiece.Room room(DecisionQuery query) {
        return new ScannedPiece.Room(
                query.limit() - found.size(), ScanBounds.PAGE_BYTES_MAX - foundBytes, found.isEmpty());
    }

    private boolean isOver() {
        return stopped.getAsBoolean() || endNanos - System.nanoTime() <= 0;
    }

    private Duration left() {
        return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
    }
}
