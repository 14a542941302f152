package io.sluice.streams.admission;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The headers of a dead letter; its key and value are the refused record's own bytes. */
public final class DeadLetters {
    private DeadLetters() {}

    /**
     * Where a record lies in the topic that it was read from.
     *
     * @param timestampMillis the broker's timestamp of the record
     */
    public record Place(int partition, long offset, long timestampMillis) {}

    public static Headers headers(DeadLetterReason reason, String field, String detail, Place place) {
        Headers headers = new RecordHeaders();
        add(headers, "sluice.reason", reason.code());
        add(headers, "sluice.field", field);
        add(headers, "sluice.detail", detail);
        add(headers, "sluice.partition", Integer.toString(place.partition()));
        add(headers, "sluice.offset", Long.toString(place.offset()));
        add(headers, "sluice.timestamp", Long.toString(place.timestampMillis()));
        return headers;
    }

    /** The headers of a record that is not of the request topic. */
    public static Headers headersFrom(String topic, DeadLetterReason reason, String field, String detail, Place place) {
        Headers headers = headers(reason, field, detail, place);
        add(headers, "sluice.topic", topic);
        return headers;
    }

    private static void add(Headers headers, String name, String text) {
        headers.add(name, text.getBytes(StandardCharsets.UTF_8));
    }
}
