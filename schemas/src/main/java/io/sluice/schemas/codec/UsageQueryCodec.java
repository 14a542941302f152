package io.sluice.schemas.codec;

import io.sluice.schemas.WireException;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.usage.Ranking;
import io.sluice.schemas.usage.UsageQuery;
import io.sluice.schemas.usage.UsageWindow;

/** The records of the topic of usage queries as JSON; schema {@code usage-query.v1.json}. */
public final class UsageQueryCodec {
    static final String USAGE = "usage";
    static final String TOP = "top";
    static final String ACCOUNTS = "accounts";
    private static final int CORRELATION_ID_CHARS_MAX = 128;
    private static final Members.Shape ADDRESS =
            Members.Shape.of(Json::integer, "partition").and(Json::text, "correlationId");
    private static final Members.Shape SHAPE = Members.Shape.of(Json::text, "type", "account", "window", "by", "prefix")
            .and(Json::integer, "v", "fromMillis", "toMillis", "limit")
            .and(ADDRESS::read, "reply");

    private UsageQueryCodec() {}

    public static byte[] encode(UsageQuery query) {
        return Json.written(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            if (query instanceof UsageQuery.OfAccount usage) {
                json.writeStringField("type", USAGE);
                json.writeStringField("account", usage.account());
                json.writeStringField("window", usage.window().wireName());
                json.writeNumberField("fromMillis", usage.fromMillis());
                json.writeNumberField("toMillis", usage.toMillis());
            } else if (query instanceof UsageQuery.Top top) {
                json.writeStringField("type", TOP);
                json.writeStringField("by", top.by().wireName());
                json.writeStringField("window", top.window().wireName());
                json.writeNumberField("limit", top.countMax());
            } else if (query instanceof UsageQuery.Accounts accounts) {
                json.writeStringField("type", ACCOUNTS);
                json.writeStringField("prefix", accounts.prefix());
                json.writeNumberField("limit", accounts.countMax());
            }
            json.writeObjectFieldStart("reply");
            json.writeNumberField("partition", query.reply().partition());
            json.writeStringField("correlationId", query.reply().correlationId());
            json.writeEndObject();
        });
    }

    public static UsageQuery decode(byte[] value) throws WireException {
        Members query = SHAPE.read(value).ofThisVersion();
        Members address = query.optional(Members.class, "reply");
        if (address == null) {
            throw new WireException("reply", "missing (expected: where the answer goes)");
        }
        ReplyAddress reply = new ReplyAddress(
                (int) address.between("partition", 0, Integer.MAX_VALUE),
                address.filled("correlationId", CORRELATION_ID_CHARS_MAX));
        return switch (query.text("type")) {
            case USAGE ->
                UsageQuery.OfAccount.checked(
                        query.text("account"),
                        window(query),
                        query.integer("fromMillis"),
                        query.integer("toMillis"),
                        reply);
            case TOP ->
                UsageQuery.Top.checked(
                        Ranking.of("by", query.text("by")), window(query), query.integer("limit"), reply);
            case ACCOUNTS -> UsageQuery.Accounts.checked(query.text("prefix"), query.integer("limit"), reply);
            default -> throw new WireException("type", query.text("type") + " (expected: usage, top or accounts)");
        };
    }

    private static UsageWindow window(Members query) throws WireException {
        return UsageWindow.of("window", query.text("window"));
    }
}
