package io.sluice.client.decisions;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.topics.RecordGuard;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a search has found in one piece of the partition. It is read forwards, and the page wants the newest records: of
 * more than there is room for, the oldest are dropped.
 */
final class ScannedPiece {
    /** What a record takes that is shown without its content. */
    private static final int UNKNOWN_BYTES = 512;

    private static final int DETAIL_CHARS_MAX = 200;

    private final DecisionQuery query;
    private final byte[] account;
    private final RecordGuard guard;
    private final Room room;
    private final Deque<Match> newest = new ArrayDeque<>();
    private int bytes;
    private boolean hasDropped;
    private boolean isBehind;
    private String whyUnknown = "";

    /** What still fits into the page; the first record always does. */
    record Room(int records, int bytes, boolean isEmptyPage) {}

    private record Match(RecordedDecision decision, int bytes) {}

    ScannedPiece(DecisionQuery query, RecordGuard guard, Room room) {
        this.query = query;
        this.account = query.account().getBytes(StandardCharsets.UTF_8);
        this.guard = guard;
        this.room = room;
    }

    /** Takes the next record of the partition, whose-ever it is. */
    void take(ConsumerRecord<byte[], byte[]> record) {
        if (!Arrays.equals(account, record.key()) || !query.covers(record.timestamp())) {
            return;
        }
        whyUnknown = "no value, or one that is too large";
        if (!guard.read(record, this::takeKnown)) {
            // Nobody can tell whether the filter is about it, so it is shown.
            add(new Match(shown(record, null, cut(whyUnknown)), UNKNOWN_BYTES));
        }
    }

    private void takeKnown(ConsumerRecord<byte[], byte[]> record) throws WireException {
        try {
            DecisionRecord decision = DecisionCodec.read(record.value());
            if (query.filter().isBehind(decision)) {
                isBehind = true;
            }
            if (query.filter().matches(decision)) {
                // Written anew: one document, each member once, and no text that cannot be encoded.
                String json = DocumentTree.toJson(DocumentTree.ofJson(record.value()));
                add(new Match(shown(record, json, null), json.length()));
            }
        } catch (WireException e) {
            whyUnknown = String.valueOf(e.getMessage());
            throw e;
        } catch (RuntimeException e) {
            whyUnknown = "a defect of Sluice, see the log";
            throw e;
        }
    }

    private static RecordedDecision shown(
            ConsumerRecord<byte[], byte[]> record, @Nullable String json, @Nullable String unknown) {
        return new RecordedDecision(
                new RecordPosition(record.partition(), record.offset()), record.timestamp(), json, unknown);
    }

    private static String cut(String detail) {
        return detail.length() > DETAIL_CHARS_MAX ? detail.substring(0, DETAIL_CHARS_MAX) + "..." : detail;
    }

    private void add(Match match) {
        newest.addLast(match);
        bytes += match.bytes();
        while (newest.size() > room.records() || (bytes > room.bytes() && newest.size() > smallest())) {
            bytes -= newest.removeFirst().bytes();
            hasDropped = true;
        }
    }

    private int smallest() {
        return room.isEmptyPage() ? 1 : 0;
    }

    List<RecordedDecision> newestFirst() {
        List<RecordedDecision> records = new ArrayList<>();
        newest.descendingIterator().forEachRemaining(match -> records.add(match.decision()));
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

    /** Whether nothing older than this piece can match. */
    boolean isBehind() {
        return isBehind;
    }
}
