package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.HoldId;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.Priority;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.schemas.request.Tally;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has been read of one request so far.
 *
 * <p>A bad field does not end the reading: the first one is kept, the rest is read on, so that the reply address is
 * known wherever it stands and the sender can be told.
 */
final class RequestDraft {
    @Nullable String type;

    @Nullable Long version;

    @Nullable String clientId;

    @Nullable ReplyAddress reply;

    @Nullable Long cost;

    @Nullable String reservationId;

    @Nullable String releaseId;

    @Nullable String leaseId;

    long aheadTokens;

    long ttlMillis;

    @Nullable Long spentTokens;

    long allowed;

    long denied;

    @Nullable String payload;

    @Nullable String signature;

    @Nullable Long deadlineMillis;

    @Nullable String requestId;

    @Nullable String idempotencyKey;

    /** The checks of a batch, as far as they were read. */
    @Nullable List<RequestDraft> checks;

    @Nullable WireException firstError;

    private final AdmissionRequest.Builder admission = new AdmissionRequest.Builder();

    /** Reads the object that the parser stands on, to its end. */
    void read(JsonParser json) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonStreamContext object = json.getParsingContext();
            json.nextToken();
            try {
                readField(name, json);
            } catch (WireException e) {
                if (firstError == null) {
                    firstError = e;
                }
                skipTo(object, json);
            }
        }
    }

    /** Leaves whatever the failed field had opened. */
    private static void skipTo(JsonStreamContext object, JsonParser json) throws IOException {
        while (json.getParsingContext() != object && json.currentToken() != null) {
            json.nextToken();
        }
    }

    void readField(String name, JsonParser json) throws IOException, WireException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        switch (name) {
            case "v" -> version = Json.integer(name, json);
            case "type" -> type = Json.text(name, json);
            case "clientId" -> {
                clientId = Json.text(name, json);
                admission.clientId(clientId);
            }
            case "cost" -> {
                cost = Json.integer(name, json);
                admission.cost(cost);
            }
            case "reserve" -> readReserve(json);
            case "maxWaitMillis" -> admission.maxWaitMillis(Json.integer(name, json));
            case "exact" -> admission.exact(Json.flag(name, json));
            case "ahead" -> aheadTokens = Json.integer(name, json);
            case "ttlMillis" -> ttlMillis = Json.integer(name, json);
            case "leaseId" -> leaseId = Json.text(name, json);
            case "spent" -> spentTokens = Json.integer(name, json);
            case "allowed" -> allowed = Json.integer(name, json);
            case "denied" -> denied = Json.integer(name, json);
            case "priority" -> admission.priority(Priority.checked(name, Json.text(name, json)));
            case "reservationId" -> reservationId = Json.text(name, json);
            case "releaseId" -> releaseId = Json.text(name, json);
            case "route" -> admission.route(route(json));
            case "attributes" -> readAttributes(json);
            case "requestId" -> {
                requestId = Json.text(name, json);
                admission.requestId(requestId);
            }
            case "idempotencyKey" -> {
                idempotencyKey = Json.text(name, json);
                admission.idempotencyKey(idempotencyKey);
            }
            case "checks" -> checks = BatchJson.checks(json);
            case "deadlineMillis" -> deadlineMillis = Json.integer(name, json);
            case "reply" -> reply = replyAddress(json);
            case "payload" -> payload = Json.text(name, json);
            case "signature" -> signature = Json.text(name, json);
            default -> json.skipChildren();
        }
    }

    private static Route route(JsonParser json) throws IOException, WireException {
        Json.expectObject("route", json);
        String[] parts = {"", "", ""};
        Json.fields(json, (name, value) -> {
            switch (name) {
                case "method" -> parts[0] = Json.text("route.method", value);
                case "path" -> parts[1] = Json.text("route.path", value);
                case "host" -> parts[2] = Json.text("route.host", value);
                default -> value.skipChildren();
            }
        });
        return Route.checked(parts[0], parts[1], parts[2]);
    }

    private void readAttributes(JsonParser json) throws IOException, WireException {
        Json.expectObject("attributes", json);
        int[] count = {0};
        Json.fields(json, (name, value) -> {
            // Held here as well as in the builder, so that a flood of attributes is not collected first.
            if (++count[0] > AdmissionRequest.ATTRIBUTES_MAX) {
                throw new WireException(
                        "attributes", "too many (expected: at most " + AdmissionRequest.ATTRIBUTES_MAX + ")");
            }
            admission.attribute(name, Json.text("attributes." + name, value));
        });
    }

    private void readReserve(JsonParser json) throws IOException, WireException {
        Json.expectObject("reserve", json);
        // Without its one field it is out of bounds, which is then told.
        long[] ttlMillis = {0};
        Json.fields(json, (name, value) -> {
            if (name.equals("ttlMillis")) {
                ttlMillis[0] = Json.integer("reserve.ttlMillis", value);
            } else {
                value.skipChildren();
            }
        });
        admission.reserveMillis(ttlMillis[0]);
    }

    static ReplyAddress replyAddress(JsonParser json) throws IOException, WireException {
        Json.expectObject("reply", json);
        long[] partition = {-1};
        String[] correlationId = {""};
        Json.fields(json, (name, value) -> {
            switch (name) {
                case "partition" -> partition[0] = Json.integer("reply.partition", value);
                case "correlationId" -> correlationId[0] = Json.text("reply.correlationId", value);
                default -> value.skipChildren();
            }
        });
        return ReplyAddress.checked(partition[0], correlationId[0]);
    }

    /** The admission request, if nothing in it was wrong. */
    AdmissionRequest admission() throws WireException {
        throwFirstError();
        return admission.reply(reply).build();
    }

    /** The admission request of a caller who may have no more than an address. */
    AdmissionRequest identifiedAdmission() throws WireException {
        throwFirstError();
        admission.identified();
        return admission();
    }

    /** The request for a lease, if nothing in it was wrong. */
    LeaseRequest lease() throws WireException {
        if (cost == null) {
            admission.cost(0);
        }
        return LeaseRequest.checked(admission(), aheadTokens, ttlMillis);
    }

    /** What a front end answered by itself, if nothing in it was wrong. */
    Tally tally() throws WireException {
        if (cost == null) {
            admission.cost(0);
        }
        AdmissionRequest question = admission();
        HoldId lease = leaseId == null ? null : HoldId.parse("leaseId", leaseId);
        if (lease != null && spentTokens == null) {
            // Taken for 0, it would give back everything.
            throw new WireException("spent", "missing (expected: 0.." + AdmissionRequest.COST_MAX + ")");
        }
        return Tally.checked(question, lease, spentTokens == null ? 0 : spentTokens, allowed, denied);
    }

    /** The request to settle something, if nothing in it was wrong. */
    SettleRequest settle(SettleRequest.Verb verb) throws WireException {
        throwFirstError();
        if (clientId == null) {
            throw new WireException("clientId", "missing (expected: account[/segment...])");
        }
        ClientId client = ClientId.parse("clientId", clientId);
        String id = verb == SettleRequest.Verb.RELEASE ? releaseId : reservationId;
        if (id == null) {
            throw new WireException(verb.idField(), "missing (expected: partition-offset, as a verdict names it)");
        }
        HoldId holdId = HoldId.parse(verb.idField(), id);
        if (verb != SettleRequest.Verb.COMMIT) {
            return new SettleRequest(verb, client, holdId, 0, reply);
        }
        if (cost == null) {
            throw new WireException("cost", "missing (expected: 0.." + AdmissionRequest.COST_MAX + ")");
        }
        return SettleRequest.commit(client, holdId, cost).repliedTo(reply);
    }

    /** The client ID as it was given, so that its sender knows the answer by it; null for none, and for a flood. */
    @Nullable String about() {
        String text = clientId == null && checks != null && !checks.isEmpty() ? checks.get(0).clientId : clientId;
        return text == null || text.length() > ClientId.BYTES_MAX ? null : text;
    }

    void throwFirstError() throws WireException {
        if (firstError != null) {
            throw firstError;
        }
    }
}
