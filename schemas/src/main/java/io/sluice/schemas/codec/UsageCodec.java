package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.usage.UsageOutcome;
import io.sluice.schemas.usage.UsageRecord;
import io.sluice.schemas.usage.UsageRow;
import io.sluice.schemas.usage.UsageWindow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The records of the usage topic as JSON; schema {@code usage.v1.json}. */
public final class UsageCodec {
    private static final Members.Shape ROW = Members.Shape.of(Json::text, "tier", "routeTemplate", "limitId", "outcome")
            .and(Json::integer, "requests", "cost", "charged");
    private static final Members.Shape SHAPE = Members.Shape.of(Json::text, "window", "account")
            .and(Json::integer, "v", "fromMillis", "distinctClients")
            .and(ROW::readList, "rows");

    private UsageCodec() {}

    /** The key of a record: of all records with one key, the last one counts. */
    public static byte[] key(UsageWindow window, long fromMillis, String account) {
        return (window.wireName() + "/" + fromMillis + "/" + account).getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] encode(UsageRecord usage) {
        return Json.written(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            json.writeStringField("window", usage.window().wireName());
            json.writeNumberField("fromMillis", usage.fromMillis());
            json.writeStringField("account", usage.account());
            json.writeNumberField("distinctClients", usage.distinctClients());
            writeRows(json, usage.rows());
        });
    }

    /** Writes {@code "rows": [...]}, for answers that have rows as well. */
    public static void writeRows(JsonGenerator json, List<UsageRow> rows) throws IOException {
        json.writeArrayFieldStart("rows");
        for (UsageRow row : rows) {
            json.writeStartObject();
            json.writeStringField("tier", row.tier());
            writeIfAny(json, "routeTemplate", row.routeTemplate());
            writeIfAny(json, "limitId", row.limitId());
            json.writeStringField("outcome", row.outcome().wireName());
            json.writeNumberField("requests", row.requests());
            json.writeNumberField("cost", row.cost());
            json.writeNumberField("charged", row.charged());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeIfAny(JsonGenerator json, String name, String text) throws IOException {
        if (!text.isEmpty()) {
            json.writeStringField(name, text);
        }
    }

    public static UsageRecord decode(byte[] value) throws WireException {
        Members usage = SHAPE.read(value).ofThisVersion();
        UsageWindow window = UsageWindow.of("window", usage.text("window"));
        long fromMillis = usage.integer("fromMillis");
        if (fromMillis != window.startOf(fromMillis)) {
            throw new WireException("fromMillis", fromMillis + " (expected: a multiple of " + window.millis() + ")");
        }
        return new UsageRecord(
                window, fromMillis, usage.text("account"), usage.integer("distinctClients"), rows(usage));
    }

    /** Reads the rows of a list, for answers that have rows as well. */
    static List<UsageRow> rowsIn(String field, JsonParser json) throws IOException, WireException {
        List<UsageRow> rows = new ArrayList<>();
        for (Members row : ROW.readList(field, json)) {
            rows.add(row(row));
        }
        return rows;
    }

    private static List<UsageRow> rows(Members usage) throws WireException {
        List<UsageRow> rows = new ArrayList<>();
        for (Members row : usage.list(Members.class, "rows")) {
            rows.add(row(row));
        }
        return rows;
    }

    private static UsageRow row(Members row) throws WireException {
        return new UsageRow(
                row.text("tier"),
                row.text("routeTemplate"),
                row.text("limitId"),
                UsageOutcome.of(row.text("outcome")),
                row.integer("requests"),
                row.integer("cost"),
                row.integer("charged"));
    }
}
