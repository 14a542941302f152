package io.sluice.api.search;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.client.search.FoundPage;
import io.sluice.client.search.FoundRecord;
import io.sluice.client.search.RecordPosition;
import java.io.IOException;
import java.util.function.Function;

/** A writer of search results as members of an answer. */
public final class FoundPageJson {
    private FoundPageJson() {}

    /**
     * Writes a page.
     *
     * @param member what a record that could be read is called
     * @param nextPath the address of the page that begins before a position
     */
    public static void write(
            JsonGenerator json, FoundPage page, String member, Function<RecordPosition, String> nextPath)
            throws IOException {
        json.writeNumberField("keptFromOffset", page.keptFrom());
        json.writeNumberField("scannedOffsets", page.scanned());
        json.writeNumberField("unknown", page.unknown());
        json.writeArrayFieldStart("records");
        for (FoundRecord record : page.records()) {
            write(json, record, member);
        }
        json.writeEndArray();
        if (page.next() != null) {
            json.writeStringField("before", page.next().text());
            json.writeStringField("next", nextPath.apply(page.next()));
        }
    }

    private static void write(JsonGenerator json, FoundRecord record, String member) throws IOException {
        json.writeStartObject();
        json.writeNumberField("partition", record.position().partition());
        json.writeNumberField("offset", record.position().offset());
        json.writeNumberField("recordedAtMillis", record.recordedAtMillis());
        if (record.json() == null) {
            json.writeStringField("unknown", String.valueOf(record.unknown()));
        } else {
            json.writeFieldName(member);
            json.writeRawValue(record.json());
        }
        json.writeEndObject();
    }
}
