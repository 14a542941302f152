package io.sluice.client.alerts;

import io.sluice.client.decisions.RecordPosition;
import io.sluice.client.decisions.ScanBounds;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AlertCodec;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.topics.BackwardReader;
import io.sluice.topics.RecordGuard;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One search of the alert topic, which has one partition: it reads backwards, piece by piece, until the page is full or
 * a bound is reached. Offsets never change, so pages neither repeat nor miss a record, whatever is written meanwhile.
 */
public final class AlertScan {
    private static final int PARTITION = 0;
    private static final long FIRST_PIECE = 512;
    private static final long PIECE_MAX = 65_536;
    private static final int PIECE_GROWTH = 4;
    /** What a record takes of a page that is shown without its content. */
    private static final int UNKNOWN_BYTES = 512;

    private static final int DETAIL_CHARS_MAX = 200;

    private final BackwardReader reader;
    private final RecordGuard guard;
    private final ScanBounds bounds;
    private final BooleanSupplier stopped;
    private final long endNanos;
    private final List<RecordedAlert> found = new ArrayList<>();
    private int foundBytes;
    private long unknown;
    private String whyUnknown = "";

    /**
     * A search that has not begun.
     *
     * @param stopped whether nobody waits for the page any longer
     * @param endNanos when it has to end, in {@link System#nanoTime}
     */
    public AlertScan(
            BackwardReader reader, RecordGuard guard, ScanBounds bounds, BooleanSupplier stopped, long endNanos) {
        this.reader = reader;
        this.guard = guard;
        this.bounds = bounds;
        this.stopped = stopped;
        this.endNanos = endNanos;
    }

    /** A record of a piece, and what it takes of the page. */
    private record Sized(RecordedAlert alert, int bytes) {}

    /**
     * Runs the search.
     *
     * @throws WireException if the query names another partition
     * @throws TimeoutException if not even the first piece could be read in time
     */
    public AlertPage run(AlertQuery query) throws WireException {
        if (reader.partitionsOf(TopicCatalogue.ALERTS, left()) == 0) {
            throw new TimeoutException("topic " + TopicCatalogue.ALERTS + " was not found");
        }
        RecordPosition before = query.before();
        if (before != null && before.partition() != PARTITION) {
            throw new WireException("before", "partition " + before.partition() + " (expected: " + PARTITION + ")");
        }
        TopicPartition partition = new TopicPartition(TopicCatalogue.ALERTS, PARTITION);
        BackwardReader.Offsets offsets = reader.turnTo(partition, left());
        long top = before == null ? offsets.end() : Math.min(offsets.end(), before.offset());
        long from = Math.min(offsets.keptFrom(), top);
        long reached = readBackwards(partition, query, from, top);
        return new AlertPage(
                offsets.keptFrom(),
                found,
                top - reached,
                unknown,
                reached > from ? new RecordPosition(PARTITION, reached) : null);
    }

    /** Returns the offset before which the next page continues. */
    private long readBackwards(TopicPartition partition, AlertQuery query, long from, long top) {
        long floor = Math.max(from, top - bounds.offsetsMax());
        long pieceMax = FIRST_PIECE;
        long to = top;
        while (to > floor && !isOver()) {
            long pieceFrom = Math.max(floor, to - pieceMax);
            Deque<Sized> piece = new ArrayDeque<>();
            if (!reader.read(partition, pieceFrom, to, this::isOver, record -> take(record, query, piece))) {
                break;
            }
            while (!piece.isEmpty()) {
                Sized newest = piece.removeLast();
                boolean fits = found.isEmpty() || foundBytes + newest.bytes() <= ScanBounds.PAGE_BYTES_MAX;
                if (found.size() == query.limit() || !fits) {
                    return found.get(found.size() - 1).position().offset();
                }
                found.add(newest.alert());
                foundBytes += newest.bytes();
                unknown += newest.alert().unknown() == null ? 0 : 1;
            }
            to = pieceFrom;
            if (found.size() == query.limit()) {
                return found.get(found.size() - 1).position().offset();
            }
            pieceMax = Math.min(PIECE_MAX, pieceMax * PIECE_GROWTH);
        }
        if (to == top && top > from) {
            throw new TimeoutException("nothing of " + partition + " could be read in time");
        }
        return to;
    }

    /** A piece is read forwards, and the page wants the newest: of more than a page, the oldest are dropped. */
    private void take(ConsumerRecord<byte[], byte[]> record, AlertQuery query, Deque<Sized> piece) {
        whyUnknown = "no value, or one that is too large";
        if (!guard.read(record, readable -> takeKnown(readable, query, piece))) {
            // Nobody can tell whom it is about, so it is shown.
            String why = whyUnknown.length() > DETAIL_CHARS_MAX
                    ? whyUnknown.substring(0, DETAIL_CHARS_MAX) + "..."
                    : whyUnknown;
            piece.addLast(new Sized(shown(record, null, why), UNKNOWN_BYTES));
        }
        // One more than fits, which says that there are older ones.
        if (piece.size() > query.limit() + 1) {
            piece.removeFirst();
        }
    }

    private void takeKnown(ConsumerRecord<byte[], byte[]> record, AlertQuery query, Deque<Sized> piece)
            throws WireException {
        try {
            if (query.covers(AlertCodec.decode(record.value()))) {
                // Written anew: one document, each member once, and no text that cannot be encoded.
                String json = DocumentTree.toJson(DocumentTree.ofJson(record.value()));
                piece.addLast(new Sized(shown(record, json, null), json.length()));
            }
        } catch (WireException e) {
            whyUnknown = String.valueOf(e.getMessage());
            throw e;
        } catch (RuntimeException e) {
            whyUnknown = "a defect of Sluice, see the log";
            throw e;
        }
    }

    private static RecordedAlert shown(
            ConsumerRecord<byte[], byte[]> record, @Nullable String json, @Nullable String why) {
        return new RecordedAlert(
                new RecordPosition(record.partition(), record.offset()), record.timestamp(), json, why);
    }

    private boolean isOver() {
        return stopped.getAsBoolean() || endNanos - System.nanoTime() <= 0;
    }

    private Duration left() {
        return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
    }
}
