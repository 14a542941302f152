package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.AccountsReply;
import io.sluice.schemas.reply.TopReply;
import io.sluice.schemas.reply.UsageReply;
import io.sluice.schemas.usage.UsageRecord;
import io.sluice.schemas.usage.UsageRow;
import io.sluice.schemas.usage.UsageWindow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers of the usage roll-ups, on the reply topic and over REST. */
public final class UsageReplyJson {
    static final String USAGE = UsageQueryCodec.USAGE;
    static final String TOP = UsageQueryCodec.TOP;
    static final String ACCOUNTS = UsageQueryCodec.ACCOUNTS;
    private static final Members.Shape WINDOW = Members.Shape.of(Json::text, "window")
            .and(Json::integer, "fromMillis", "distinctClients")
            .and(UsageCodec::rowsIn, "rows");
    private static final Members.Shape ENTRY =
            Members.Shape.of(Json::text, "key").and(Json::integer, "count", "error");

    private UsageReplyJson() {}

    static void write(JsonGenerator json, UsageReply usage) throws IOException {
        writeWindows(json, usage.windows());
        if (usage.nextFromMillis() != null) {
            json.writeNumberField("nextFromMillis", usage.nextFromMillis());
        }
    }

    /** Writes {@code "windows": [...]}. */
    public static void writeWindows(JsonGenerator json, List<UsageRecord> windows) throws IOException {
        json.writeArrayFieldStart("windows");
        for (UsageRecord window : windows) {
            json.writeStartObject();
            json.writeStringField("window", window.window().wireName());
            json.writeNumberField("fromMillis", window.fromMillis());
            json.writeNumberField("distinctClients", window.distinctClients());
            UsageCodec.writeRows(json, window.rows());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void write(JsonGenerator json, TopReply top) throws IOException {
        json.writeNumberField("partition", top.partition());
        json.writeNumberField("fromMillis", top.fromMillis());
        if (top.accounts() != TopReply.UNKNOWN) {
            json.writeNumberField("accountCount", top.accounts());
        }
        json.writeArrayFieldStart("entries");
        for (TopReply.Entry entry : top.entries()) {
            json.writeStartObject();
            json.writeStringField("key", entry.key());
            json.writeNumberField("count", entry.count());
            json.writeNumberField("error", entry.error());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void write(JsonGenerator json, AccountsReply reply) throws IOException {
        json.writeNumberField("partition", reply.partition());
        json.writeArrayFieldStart("accounts");
        for (String account : reply.accounts()) {
            json.writeString(account);
        }
        json.writeEndArray();
    }

    /** Collects the members of all, in whatever order they come. */
    static final class Draft {
        private List<Members> windows = List.of();
        private List<Members> entries = List.of();
        private @Nullable Long nextFromMillis;
        private long fromMillis;
        private long accountCount = TopReply.UNKNOWN;
        private List<String> accounts = List.of();

        /** Reads one member; returns false, and reads nothing, if it is none of these. */
        boolean read(String name, JsonParser json) throws IOException, WireException {
            switch (name) {
                case "windows" -> windows = WINDOW.readList(name, json);
                case "entries" -> entries = ENTRY.readList(name, json);
                case "nextFromMillis" -> nextFromMillis = Json.integer(name, json);
                case "fromMillis" -> fromMillis = Json.integer(name, json);
                case "accountCount" -> accountCount = Json.integer(name, json);
                case "accounts" -> accounts = Json.texts(name, json);
                default -> {
                    return false;
                }
            }
            return true;
        }

        UsageReply usage(String correlationId, String account) throws WireException {
            List<UsageRecord> records = new ArrayList<>();
            for (Members window : windows) {
                UsageWindow length = UsageWindow.of("window", window.text("window"));
                long from = window.integer("fromMillis");
                if (from != length.startOf(from)) {
                    throw new WireException("fromMillis", from + " (expected: a multiple of " + length.millis() + ")");
                }
                records.add(new UsageRecord(
                        length, from, account, window.integer("distinctClients"), window.list(UsageRow.class, "rows")));
            }
            return new UsageReply(correlationId, account, records, nextFromMillis);
        }

        TopReply top(String correlationId, int partition) {
            return new TopReply(
                    correlationId,
                    partition,
                    fromMillis,
                    accountCount,
                    entries.stream()
                            .map(entry -> new TopReply.Entry(
                                    entry.text("key"), entry.integer("count"), entry.integer("error")))
                            .toList());
        }

        AccountsReply accounts(String correlationId, int partition) {
            return new AccountsReply(correlationId, partition, accounts);
        }
    }
}
