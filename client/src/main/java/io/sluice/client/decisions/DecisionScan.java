package io.sluice.client.decisions;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.topics.BackwardReader;
import io.sluice.topics.RecordGuard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

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
        BackwardReader.Offsets offsets = reader.turnTo(partition, left());
        long top = query.before() == null
                ? offsets.end()
                : Math.min(offsets.end(), query.before().offset());
        OffsetLocator.Bracket range = narrowed(partition, query, new OffsetLocator.Bracket(offsets.keptFrom(), top));
        long from = range.low();
        long next = range.high() > from ? readBackwards(partition, query, from, range.high()) : from;
        return new DecisionPage(
                number,
                offsets.keptFrom(),
                found,
                scanned,
                found.stream().filter(record -> record.unknown() != null).count(),
                next > from ? new RecordPosition(number, next) : null);
    }

    /** The offsets that can have what is asked for. */
    private OffsetLocator.Bracket narrowed(TopicPartition partition, DecisionQuery query, OffsetLocator.Bracket kept) {
        OffsetLocator locator = new OffsetLocator(reader, partition, this::isOver);
        OffsetLocator.Bracket range = kept;
        if (query.since() != null) {
            range = new OffsetLocator.Bracket(
                    around(locator, range, query.since()).low(), range.high());
        }
        if (query.until() != null) {
            range = new OffsetLocator.Bracket(
                    range.low(), around(locator, range, query.until()).high());
        }
        if (query.filter().decision() != null) {
            long low = around(locator, range, query.filter().decision()).low();
            // What ended its hold or lease is behind it, as far as a page goes.
            range = new OffsetLocator.Bracket(low, Math.min(range.high(), low + bounds.offsetsMax()));
        }
        return range;
    }

    private static OffsetLocator.Bracket around(OffsetLocator locator, OffsetLocator.Bracket range, long millis) {
        return locator.around(range.low(), range.high(), record -> side(record.timestamp(), millis));
    }

    private OffsetLocator.Bracket around(OffsetLocator locator, OffsetLocator.Bracket range, DecisionId decision) {
        return locator.around(range.low(), range.high(), record -> sideOf(record, decision));
    }

    private static OffsetLocator.Side side(long found, long wanted) {
        return found < wanted ? OffsetLocator.Side.BEFORE : OffsetLocator.Side.REACHED;
    }

    /** A decision ID is the offset of its request, and a partition decides requests in order: so IDs grow, too. */
    private OffsetLocator.Side sideOf(ConsumerRecord<byte[], byte[]> record, DecisionId decision) {
        AtomicReference<@Nullable DecisionId> found = new AtomicReference<>();
        boolean unused = guard.read(record, readable -> {
            String id = DecisionFilter.idOf(DecisionCodec.read(readable.value()));
            found.set(id == null ? null : DecisionId.parse("decisionId", id));
        });
        DecisionId id = found.get();
        return id == null ? OffsetLocator.Side.UNKNOWN : side(id.offset(), decision.offset());
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
