package io.sluice.client.search;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.topics.RecordGuard;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The records that a search has found in one piece of the partition. A piece is read forwards, and the page wants the
 * newest records: if there are too many, the oldest are dropped.
 */
final class SearchedPiece {
    /** What a record takes that is shown without its content. */
    private static final int UNKNOWN_BYTES = 512;

    private static final int DETAIL_CHARS_MAX = 200;

    private final Wanted wanted;
    private final RecordGuard guard;
    private final Room room;
    private final Deque<Sized> newest = new ArrayDeque<>();
    private int bytes;
    private boolean hasDropped;
    private boolean isBehind;
    private String whyUnknown = "";

    /** What still fits into the page; the first record always does. */
    record Room(int records, int bytes, boolean isEmptyPage) {}

    private record Sized(FoundRecord record, int bytes) {}

    SearchedPiece(Wanted wanted, RecordGuard guard, Room room) {
        this.wanted = wanted;
        this.guard = guard;
        this.room = room;
    }

    /** Takes the next record of the partition, whatever it is. */
    void take(ConsumerRecord<byte[], byte[]> record) {
        if (!wanted.mayBe(record)) {
            return;
        }
        whyUnknown = "no value, or one that is too large";
        if (!guard.read(record, this::takeKnown)) {
            // Nobody can tell whether it is wanted, so it is shown.
            add(new Sized(shown(record, null, cut(whyUnknown)), UNKNOWN_BYTES));
        }
    }

    private void takeKnown(ConsumerRecord<byte[], byte[]> record) throws WireException {
        try {
            Wanted.Match match = wanted.match(record.value());
            isBehind = isBehind || match.isLast();
            if (match.isWanted()) {
                // Written anew: one document, each member once, and no text that cannot be encoded.
                String json = DocumentTree.toJson(DocumentTree.ofJson(record.value()));
                add(new Sized(shown(record, json, null), json.length()));
            }
        } catch (WireException e) {
            whyUnknown = String.valueOf(e.getMessage());
            throw e;
        } catch (RuntimeException e) {
            whyUnknown = "a defect of Sluice, see the log";
            throw e;
        }
    }

    private static FoundRecord shown(
            ConsumerRecord<byte[], byte[]> record, @Nullable String json, @Nullable String unknown) {
        return new FoundRecord(
                new RecordPosition(record.partition(), record.offset()), record.timestamp(), json, unknown);
    }

    private static String cut(String detail) {
        return detail.length() > DETAIL_CHARS_MAX ? detail.substring(0, DETAIL_CHARS_MAX) + "..." : detail;
    }

    private void add(Sized sized) {
        newest.addLast(sized);
        bytes += sized.bytes();
        while (newest.size() > room.records() || (bytes > room.bytes() && newest.size() > smallest())) {
            bytes -= newest.removeFirst().bytes();
            hasDropped = true;
        }
    }

    private int smallest() {
        return room.isEmptyPage() ? 1 : 0;
    }

    List<FoundRecord> newestFirst() {
        List<FoundRecord> records = new ArrayList<>();
        newest.descendingIterator().forEachRemaining(sized -> records.add(sized.record()));
        return records;
    }

    /** How many bytes its records take of the page. */
    int bytes() {
        return bytes;
    }

    /** Whether nothing fits into the page behind its records. */
    boolean fillsPage() {
        return hasDropped || newest.size() == room.records();
    }

    /** Whether nothing older than this piece can be wanted. */
    boolean isBehind() {
        return isBehind;
    }
}
