package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.wide.ChargeVoucher;
import io.sluice.schemas.wide.OwnerStatement;
import io.sluice.schemas.wide.PartitionMessage;
import io.sluice.schemas.wide.TravellingRequest;
import io.sluice.schemas.wide.VoucherEnds;
import io.sluice.schemas.wide.VoucherEnds.VoucherEnd;
import io.sluice.schemas.wide.WideTarget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages between request partitions as JSON: the payload of a control record that only streams apps write. */
public final class PartitionMessageCodec {
    private static final String REQUEST = "wide-request";
    private static final String ENDS = "wide-ends";

    private static final Members.Shape TARGET =
            Members.Shape.of(Json::text, "limitId", "scope").and(Json::integer, "check");
    private static final Members.Shape LEVEL =
            Members.Shape.of(Json::integer, "remaining", "resetAfterMillis", "nextTokenMillis");
    private static final Members.Shape VOUCHER = Members.Shape.of(Json::text, "scope")
            .and(Json::integer, "owner", "offset", "atMillis", "revision", "tokens");
    private static final Members.Shape STATEMENT = TARGET.and(
                    Json::integer,
                    "stampMillis",
                    "capacity",
                    "windowMillis",
                    "retryAfterMillis",
                    "cost",
                    "lent",
                    "lentMillis")
            .and(LEVEL::read, "found", "left")
            .and(VOUCHER::read, "voucher");
    private static final Members.Shape END = Members.Shape.of(Json::text, "limitId")
            .and(Json::integer, "returned", "open")
            .and(VOUCHER::read, "voucher");
    private static final Members.Shape SHAPE = Members.Shape.of(Json::text, "kind", "account", "request")
            .and(Json::integer, "v", "from", "offset", "to", "part", "trip", "sentMillis", "wish")
            .and(Json::flag, "follows")
            .and(TARGET::readList, "visits")
            .and(STATEMENT::readList, "statements")
            .and(END::readList, "ends");

    private PartitionMessageCodec() {}

    /** The JSON text to sign. */
    public static String encode(PartitionMessage message) {
        return Json.writtenText(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            // Prevents that a message is accepted as another kind of signed document, or the reverse.
            json.writeStringField("kind", message instanceof TravellingRequest ? REQUEST : ENDS);
            json.writeNumberField("from", message.from());
            json.writeNumberField("offset", message.offset());
            json.writeNumberField("to", message.to());
            if (message instanceof TravellingRequest request) {
                write(json, request);
            } else {
                write(json, (VoucherEnds) message);
            }
        });
    }

    private static void write(JsonGenerator json, TravellingRequest message) throws IOException {
        json.writeNumberField("trip", message.trip());
        json.writeNumberField("sentMillis", message.sentMillis());
        if (message.follows()) {
            json.writeBooleanField("follows", true);
        }
        json.writeStringField("account", message.account());
        json.writeStringField("request", message.request());
        json.writeArrayFieldStart("visits");
        for (WideTarget visit : message.visits()) {
            json.writeStartObject();
            write(json, visit);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("statements");
        for (OwnerStatement statement : message.statements()) {
            json.writeStartObject();
            write(json, statement);
            json.writeEndObject();
        }
        json.writeEndArray();
        if (message.wish() > 0) {
            json.writeNumberField("wish", message.wish());
        }
    }

    private static void write(JsonGenerator json, WideTarget target) throws IOException {
        json.writeStringField("limitId", target.limitId());
        json.writeStringField("scope", target.scope());
        if (target.check() > 0) {
            json.writeNumberField("check", target.check());
        }
    }

    private static void write(JsonGenerator json, OwnerStatement statement) throws IOException {
        write(json, statement.target());
        json.writeNumberField("stampMillis", statement.stampMillis());
        json.writeNumberField("capacity", statement.capacity());
        json.writeNumberField("windowMillis", statement.windowMillis());
        write(json, "found", statement.found());
        write(json, "left", statement.left());
        json.writeNumberField("retryAfterMillis", statement.retryAfterMillis());
        json.writeNumberField("cost", statement.cost());
        if (statement.voucher() != null) {
            write(json, statement.voucher());
        }
        if (statement.lent() > 0) {
            json.writeNumberField("lent", statement.lent());
            json.writeNumberField("lentMillis", statement.lentMillis());
        }
    }

    private static void write(JsonGenerator json, String name, OwnerStatement.Level level) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("remaining", level.remaining());
        json.writeNumberField("resetAfterMillis", level.resetAfterMillis());
        json.writeNumberField("nextTokenMillis", level.nextTokenMillis());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, ChargeVoucher voucher) throws IOException {
        json.writeObjectFieldStart("voucher");
        json.writeNumberField("owner", voucher.owner());
        json.writeNumberField("offset", voucher.offset());
        json.writeNumberField("atMillis", voucher.atMillis());
        json.writeNumberField("revision", voucher.revision());
        json.writeStringField("scope", voucher.scope());
        json.writeNumberField("tokens", voucher.tokens());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, VoucherEnds message) throws IOException {
        if (message.part() > 0) {
            json.writeNumberField("part", message.part());
        }
        json.writeArrayFieldStart("ends");
        for (VoucherEnd end : message.ends()) {
            json.writeStartObject();
            json.writeStringField("limitId", end.limitId());
            json.writeNumberField("returned", end.returned());
            if (end.open() > 0) {
                json.writeNumberField("open", end.open());
            }
            write(json, end.voucher());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Whether a payload claims to be a message; it may still be invalid. */
    public static boolean isOne(String payload) {
        return AccountCommandCodec.isOfKind(REQUEST, payload) || AccountCommandCodec.isOfKind(ENDS, payload);
    }

    public static PartitionMessage decode(String payload) throws WireException {
        Members message = SHAPE.read(payload);
        boolean isRequest = message.text("kind").equals(REQUEST);
        message.ofKind(isRequest ? REQUEST : ENDS);
        int from = index("from", message);
        long offset = message.between("offset", 0, PartitionMessage.OFFSET_MAX);
        int to = index("to", message);
        if (!isRequest) {
            int part = (int) optional("part", message, PartitionMessage.OF_RECORD_MAX - 2);
            return new VoucherEnds(from, offset, to, part, ends(message));
        }
        return new TravellingRequest(
                from,
                offset,
                to,
                (int) message.between("trip", 1, TravellingRequest.TRIPS_MAX),
                amount("sentMillis", message),
                message.flag("follows"),
                message.filled("account", ClientId.BYTES_MAX),
                message.filled("request", TravellingRequest.REQUEST_BYTES_MAX),
                visits(message),
                statements(message),
                optional("wish", message, Long.MAX_VALUE));
    }

    private static int index(String name, Members members) throws WireException {
        return (int) members.between(name, 0, Integer.MAX_VALUE);
    }

    /** A number that is left out if it is 0. */
    private static long optional(String name, Members members, long max) throws WireException {
        return members.optionalInteger(name) == null ? 0 : members.between(name, 1, max);
    }

    private static List<Members> bounded(String name, Members message, int max) throws WireException {
        List<Members> list = message.list(Members.class, name);
        if (list.size() > max) {
            throw new WireException(name, list.size() + " (expected: at most " + max + ")");
        }
        return list;
    }

    private static List<WideTarget> visits(Members message) throws WireException {
        List<WideTarget> visits = new ArrayList<>();
        for (Members visit : bounded("visits", message, TravellingRequest.VISITS_MAX)) {
            visits.add(target(visit));
        }
        return visits;
    }

    private static WideTarget target(Members members) throws WireException {
        long check = members.integer("check");
        if (check < 0 || check >= BatchRequest.CHECKS_MAX) {
            throw new WireException("check", check + " (expected: 0.." + (BatchRequest.CHECKS_MAX - 1) + ")");
        }
        return new WideTarget(members.filled("limitId", WideTarget.LIMIT_ID_CHARS_MAX), scope(members), (int) check);
    }

    /** It may be empty. */
    private static String scope(Members members) throws WireException {
        String scope = members.text("scope");
        if (scope.length() > WideTarget.SCOPE_CHARS_MAX) {
            throw new WireException(
                    "scope", scope.length() + " characters (expected: at most " + WideTarget.SCOPE_CHARS_MAX + ")");
        }
        return scope;
    }

    private static List<OwnerStatement> statements(Members message) throws WireException {
        List<OwnerStatement> statements = new ArrayList<>();
        for (Members statement : bounded("statements", message, TravellingRequest.VISITS_MAX)) {
            ChargeVoucher voucher = voucher(statement);
            long lent = optional("lent", statement, voucher == null ? 0 : voucher.tokens());
            statements.add(new OwnerStatement(
                    target(statement),
                    amount("stampMillis", statement),
                    amount("capacity", statement),
                    amount("windowMillis", statement),
                    level("found", statement),
                    level("left", statement),
                    statement.between("retryAfterMillis", OwnerStatement.NEVER, Long.MAX_VALUE),
                    amount("cost", statement),
                    voucher,
                    lent,
                    lent == 0 ? 0 : statement.between("lentMillis", 1, Long.MAX_VALUE)));
        }
        return statements;
    }

    private static OwnerStatement.Level level(String name, Members statement) throws WireException {
        Members level = statement.optional(Members.class, name);
        if (level == null) {
            throw new WireException(name, "missing (expected: how full the bucket is)");
        }
        return new OwnerStatement.Level(
                amount("remaining", level), amount("resetAfterMillis", level), amount("nextTokenMillis", level));
    }

    private static @Nullable ChargeVoucher voucher(Members members) throws WireException {
        Members voucher = members.optional(Members.class, "voucher");
        return voucher == null
                ? null
                : new ChargeVoucher(
                        index("owner", voucher),
                        amount("offset", voucher),
                        amount("atMillis", voucher),
                        voucher.between("revision", 1, Long.MAX_VALUE),
                        scope(voucher),
                        voucher.between("tokens", 1, Long.MAX_VALUE));
    }

    private static List<VoucherEnd> ends(Members message) throws WireException {
        List<VoucherEnd> ends = new ArrayList<>();
        for (Members end : bounded("ends", message, VoucherEnds.ENDS_MAX)) {
            ChargeVoucher voucher = voucher(end);
            if (voucher == null) {
                throw new WireException("voucher", "missing (expected: the charge that ended)");
            }
            long open = optional("open", end, voucher.tokens());
            ends.add(new VoucherEnd(
                    end.filled("limitId", WideTarget.LIMIT_ID_CHARS_MAX),
                    voucher,
                    end.between("returned", 0, voucher.tokens() - open),
                    open));
        }
        return ends;
    }

    private static long amount(String name, Members members) throws WireException {
        return members.between(name, 0, Long.MAX_VALUE);
    }
}
