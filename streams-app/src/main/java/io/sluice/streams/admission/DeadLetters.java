package io.sluice.streams.admission;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.topology.TrueSize;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dead letters: the refused record's own bytes, with headers for the reason and the record's position.
 *
 * <p>All of it is bounded, whatever was refused. A dead letter has only the beginning of a long key or value, and a
 * header with the full size. The record itself is in its topic, at the position that the dead letter names.
 */
public final class DeadLetters {
    /** The longest name of a field in a dead letter, and in the answer to its sender. */
    static final int FIELD_CHARS_MAX = 256;
    /** The longest explanation in a dead letter, and in the answer to its sender. */
    static final int DETAIL_CHARS_MAX = 1_024;

    /** The field that is wrong of a message between partitions which no key here proves. */
    static final String PROOF_FIELD = "proof";

    private static final String REASON = "sluice.reason";
    private static final String FIELD = "sluice.field";
    private static final String PARTITION = "sluice.partition";
    private static final String OFFSET = "sluice.offset";
    private static final String TOPIC = "sluice.topic";

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

    private DeadLetters() {}

    /** Whether a dead letter is of a message between partitions that no key here proves; another app may have one. */
    public static boolean isUnprovenMessage(Headers deadLetter) {
        return has(deadLetter, REASON, DeadLetterReason.FORGED.code()) && has(deadLetter, FIELD, PROOF_FIELD);
    }

    /** The ID of the request record that a dead letter is of such a message; null for any other dead letter. */
    public static @Nullable DecisionId unprovenMessage(Headers deadLetter) {
        String partition = text(deadLetter, PARTITION);
        String offset = text(deadLetter, OFFSET);
        if (!isUnprovenMessage(deadLetter) || text(deadLetter, TOPIC) != null || partition == null || offset == null) {
            return null;
        }
        try {
            return DecisionId.parse("", partition + "-" + offset);
        } catch (WireException e) {
            LOG.warn("a dead letter names no record: {}", e.getMessage());
            return null;
        }
    }

    private static boolean has(Headers headers, String name, String text) {
        return text.equals(text(headers, name));
    }

    private static @Nullable String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /**
     * The position of a record in the topic that it was read from.
     *
     * @param timestampMillis the broker's timestamp of the record
     */
    public record RecordPosition(int partition, long offset, long timestampMillis) {
        /** The ID of the decision on this record. */
        DecisionId decisionId() {
            return new DecisionId(partition, offset);
        }
    }

    /**
     * Why a record is refused.
     *
     * @param field the offending field; empty for the record as a whole
     * @param detail the offending value and what was expected
     * @param topic the topic of the record; null for the request topic
     */
    public record Refusal(
            DeadLetterReason reason,
            String field,
            String detail,
            @Nullable String topic) {
        public Refusal {
            field = shortened(field, FIELD_CHARS_MAX);
            detail = shortened(detail, DETAIL_CHARS_MAX);
        }
    }

    /** The dead letter of a refused record. */
    public static Record<Object, byte[]> deadLetter(
            Record<byte[], byte[]> refused, Refusal refusal, RecordPosition position, long nowMillis) {
        Headers headers = headers(refusal, position);
        byte[] key =
                cut(refused.key(), TopicCatalogue.DEAD_LETTER_KEY_BYTES_MAX, TrueSize.KEY, refused.headers(), headers);
        byte[] value = cut(
                refused.value(),
                TopicCatalogue.DEAD_LETTER_VALUE_BYTES_MAX,
                TrueSize.VALUE,
                refused.headers(),
                headers);
        return new Record<>(key, value, nowMillis, headers);
    }

    private static Headers headers(Refusal refusal, RecordPosition position) {
        Headers headers = new RecordHeaders();
        add(headers, REASON, refusal.reason().code());
        add(headers, FIELD, refusal.field());
        add(headers, "sluice.detail", refusal.detail());
        add(headers, PARTITION, Integer.toString(position.partition()));
        add(headers, OFFSET, Long.toString(position.offset()));
        add(headers, "sluice.timestamp", Long.toString(position.timestampMillis()));
        String topic = refusal.topic();
        if (topic != null) {
            add(headers, TOPIC, topic);
        }
        return headers;
    }

    private static void add(Headers headers, String name, String text) {
        headers.add(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte @Nullable [] cut(
            byte @Nullable [] bytes, int bytesMax, String sizeName, Headers original, Headers deadLetter) {
        if (bytes == null) {
            return null;
        }
        long trueBytes = TrueSize.of(original, sizeName, bytes);
        if (trueBytes <= bytesMax) {
            return bytes;
        }
        TrueSize.tell(deadLetter, sizeName, trueBytes);
        return bytes.length <= bytesMax ? bytes : Arrays.copyOf(bytes, bytesMax);
    }

    /** What is wrong with a record that the consumer has cut; its content is not read. Null if it is whole. */
    public static DecodedRequest.@Nullable Malformed cutShort(Record<byte[], byte[]> record) {
        byte[] value = record.value();
        if (value == null) {
            return null;
        }
        long bytes = TrueSize.of(record.headers(), TrueSize.VALUE, value);
        return bytes == value.length
                ? null
                : new DecodedRequest.Malformed(
                        "", bytes + " bytes (expected: at most " + TopicCatalogue.REQUEST_BYTES_MAX + ")", null);
    }

    static String shortened(String text, int charsMax) {
        if (text.length() <= charsMax) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(charsMax - 1)) ? charsMax - 1 : charsMax;
        return text.substring(0, end) + "...";
    }
}
