package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.Meta;
import io.sluice.schemas.request.Priority;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.RequestMode;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.request.SettleRequest;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one request that have been read so far.
 *
 * <p>An invalid field does not end the reading. The draft keeps the first error and reads on. So the reply address is
 * known even if it comes last, and the sender can get the error.
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

    long prefetchTokens;

    long ttlMillis;

    @Nullable Long spentTokens;

    long allowed;

    long denied;

    @Nullable String payload;

    @Nullable String signature;

    @Nullable Long deadlineMillis;

    @Nullable String requestId;

    @Nullable String idempotencyKey;

    @Nullable Meta meta;

    /** The checks of a batch, as far as they were read. */
    @Nullable List<RequestDraft> checks;

    /** The reports of several clients, as far as they were read. */
    @Nullable List<RequestDraft> reports;

    @Nullable WireException firstError;

    private static final MemberNames ROUTE_MEMBERS = MemberNames.in("route.", "method", "path", "host");
    private static final MemberNames RESERVE_MEMBERS = MemberNames.in("reserve.", "ttlMillis");
    private static final MemberNames REPLY_MEMBERS = MemberNames.in("reply.", "partition", "correlationId");

    private final AdmissionRequest.Builder admission = new AdmissionRequest.Builder();

    /** The members that were present, a bit for each; null counts as well. */
    private long seen;

    /** The first member that no request has. */
    private @Nullable String unknown;

    /** Reads the object that the parser stands on, to its end. */
    void read(JsonParser json) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonStreamContext object = json.getParsingContext();
            json.nextToken();
            try {
                readMember(name, json);
            } catch (WireException e) {
                if (firstError == null) {
                    firstError = e;
                }
                skipTo(object, json);
            }
        }
    }

    /** Skips whatever the failed field had opened. */
    private static void skipTo(JsonStreamContext object, JsonParser json) throws IOException {
        while (json.getParsingContext() != object && json.currentToken() != null) {
            json.nextToken();
        }
    }

    private void readMember(String name, JsonParser json) throws IOException, WireException {
        RequestMember member = RequestMember.named(name);
        if (member == null) {
            unknown = unknown == null ? name : unknown;
            json.skipChildren();
            return;
        }
        if ((seen & member.bit()) != 0) {
            throw new WireException(name, "given twice (expected: once)");
        }
        seen |= member.bit();
        read(member, json);
    }

    /** Reads one member of a record that may have others; skips those. */
    void readField(String name, JsonParser json) throws IOException, WireException {
        RequestMember member = RequestMember.named(name);
        if (member == null) {
            json.skipChildren();
        } else {
            read(member, json);
        }
    }

    private void read(RequestMember member, JsonParser json) throws IOException, WireException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        String name = member.wireName();
        switch (member) {
            case VERSION -> version = Json.integer(name, json);
            case TYPE -> type = Json.text(name, json);
            case CLIENT_ID -> {
                clientId = Json.text(name, json);
                admission.clientId(clientId);
            }
            case COST -> {
                cost = Json.integer(name, json);
                admission.cost(cost);
            }
            case RESERVE -> readReserve(json);
            case MAX_WAIT -> admission.maxWaitMillis(Json.integer(name, json));
            case EXACT -> admission.exact(Json.flag(name, json));
            case MODE -> admission.mode(RequestMode.checked(name, Json.text(name, json)));
            case META -> {
                meta = MetaJson.read(json);
                admission.meta(meta);
            }
            case PREFETCH -> prefetchTokens = Json.integer(name, json);
            case TTL -> ttlMillis = Json.integer(name, json);
            case REPORTS -> reports = LeaseJson.reports(json);
            case LEASE_TERMS -> admission.lease(LeaseJson.terms(json));
            case LEASE_ID -> leaseId = Json.text(name, json);
            case SPENT -> spentTokens = Json.integer(name, json);
            case ALLOWED -> allowed = Json.integer(name, json);
            case DENIED -> denied = Json.integer(name, json);
            case PRIORITY -> admission.priority(Priority.checked(name, Json.text(name, json)));
            case RESERVATION_ID -> reservationId = Json.text(name, json);
            case RELEASE_ID -> releaseId = Json.text(name, json);
            case ROUTE -> admission.route(route(json));
            case ATTRIBUTES -> readAttributes(json);
            case REQUEST_ID -> {
                requestId = Json.text(name, json);
                admission.requestId(requestId);
            }
            case IDEMPOTENCY_KEY -> {
                idempotencyKey = Json.text(name, json);
                admission.idempotencyKey(idempotencyKey);
            }
            case CHECKS -> checks = BatchJson.checks(json);
            case DEADLINE -> deadlineMillis = Json.integer(name, json);
            case REPLY -> reply = replyAddress(json);
            case PAYLOAD -> payload = Json.text(name, json);
            case SIGNATURE -> signature = Json.text(name, json);
        }
    }

    private static Route route(JsonParser json) throws IOException, WireException {
        Json.expectObject("route", json);
        String[] parts = {"", "", ""};
        Json.fields(json, ROUTE_MEMBERS, (name, value) -> {
            switch (name) {
                case "method" -> parts[0] = Json.text("route.method", value);
                case "path" -> parts[1] = Json.text("route.path", value);
                default -> parts[2] = Json.text("route.host", value);
            }
        });
        return Route.checked(parts[0], parts[1], parts[2]);
    }

    private void readAttributes(JsonParser json) throws IOException, WireException {
        Json.expectObject("attributes", json);
        Set<String> names = new HashSet<>();
        Json.fields(json, (name, value) -> {
            if (!names.add(name)) {
                throw new WireException("attributes." + MemberNames.shown(name), "given twice (expected: once)");
            }
            // Checked here as well as in the builder, so that a flood of attributes is not collected first.
            if (names.size() > AdmissionRequest.ATTRIBUTES_MAX) {
                throw new WireException(
                        "attributes", "too many (expected: at most " + AdmissionRequest.ATTRIBUTES_MAX + ")");
            }
            admission.attribute(name, Json.text("attributes." + name, value));
        });
    }

    private void readReserve(JsonParser json) throws IOException, WireException {
        Json.expectObject("reserve", json);
        // Without its one field it is out of bounds, which is then reported.
        long[] ttlMillis = {0};
        Json.fields(json, RESERVE_MEMBERS, (name, value) -> ttlMillis[0] = Json.integer("reserve.ttlMillis", value));
        admission.reserveMillis(ttlMillis[0]);
    }

    static ReplyAddress replyAddress(JsonParser json) throws IOException, WireException {
        Json.expectObject("reply", json);
        long[] partition = {-1};
        String[] correlationId = {""};
        Json.fields(json, REPLY_MEMBERS, (name, value) -> {
            if (name.equals("partition")) {
                partition[0] = Json.integer("reply.partition", value);
            } else {
                correlationId[0] = Json.text("reply.correlationId", value);
            }
        });
        return ReplyAddress.checked(partition[0], correlationId[0]);
    }

    /** The admission request, if all of it is valid. */
    AdmissionRequest admission() throws WireException {
        throwFirstError();
        return admission.build();
    }

    /** The admission request of a caller that may have an address instead of a client ID. */
    AdmissionRequest identifiedAdmission() throws WireException {
        throwFirstError();
        admission.identified();
        return admission();
    }

    /** The request for a lease, if all of it is valid. */
    LeaseRequest lease() throws WireException {
        if (cost == null) {
            admission.cost(0);
        }
        return LeaseRequest.checked(admission(), prefetchTokens, ttlMillis);
    }

    /** The lease report, if all of it is valid. */
    LeaseReport report() throws WireException {
        if (cost == null) {
            admission.cost(0);
        }
        AdmissionRequest admission = admission();
        DecisionId lease = leaseId == null ? null : DecisionId.parse("leaseId", leaseId);
        if (lease != null && spentTokens == null) {
            // If a missing number were read as 0, everything would be given back.
            throw new WireException("spent", "missing (expected: 0.." + AdmissionRequest.COST_MAX + ")");
        }
        return LeaseReport.checked(admission, lease, spentTokens == null ? 0 : spentTokens, allowed, denied);
    }

    /** The client of the request, if all of it is valid. */
    ClientId client() throws WireException {
        throwFirstError();
        if (clientId == null) {
            throw new WireException("clientId", "missing (expected: account[/segment...])");
        }
        return ClientId.parse("clientId", clientId);
    }

    /** The request to settle a hold, if all of it is valid. */
    SettleRequest settle(SettleRequest.Verb verb) throws WireException {
        ClientId client = client();
        String id = verb == SettleRequest.Verb.RELEASE ? releaseId : reservationId;
        if (id == null) {
            throw new WireException(verb.idField(), "missing (expected: partition-offset, as a verdict names it)");
        }
        DecisionId holdId = DecisionId.parse(verb.idField(), id);
        if (verb != SettleRequest.Verb.COMMIT) {
            return new SettleRequest(verb, client, holdId, 0);
        }
        if (cost == null) {
            throw new WireException("cost", "missing (expected: 0.." + AdmissionRequest.COST_MAX + ")");
        }
        return SettleRequest.commit(client, holdId, cost);
    }

    /**
     * Refuses members that requests of this kind do not have. Only requests of others are checked: a reader of records
     * that Sluice itself has written skips unknown members.
     */
    void expectOnlyMembersOf(RequestKind kind) throws WireException {
        kind.check(seen, unknown);
    }

    /** The client ID as the sender gave it, so that it recognises the answer; null for none, and for a flood. */
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
