package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.Utf8;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.request.ExplainQuery;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.Meta;
import io.sluice.schemas.request.Ping;
import io.sluice.schemas.request.Priority;
import io.sluice.schemas.request.ProfileQuery;
import io.sluice.schemas.request.QuotaQuery;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.schemas.request.Tally;
import io.sluice.schemas.topic.TopicCatalogue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The records of the request topic as JSON; schema {@code request.v1.json}. */
public final class RequestCodec {
    private RequestCodec() {}

    public static byte[] encode(RequestRecord request) {
        return Json.written(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            if (request instanceof AdmissionRequest admission) {
                json.writeStringField("type", RequestKind.ADMISSION.wireName());
                writeQuestion(json, admission);
            } else if (request instanceof BatchRequest batch) {
                json.writeStringField("type", BatchJson.TYPE);
                BatchJson.writeQuestion(json, batch);
            } else if (request instanceof SettleRequest settle) {
                json.writeStringField("type", settle.verb().wireName());
                json.writeStringField("clientId", settle.clientId().text());
                json.writeStringField(settle.verb().idField(), settle.holdId().text());
                if (settle.verb() == SettleRequest.Verb.COMMIT) {
                    json.writeNumberField("cost", settle.cost());
                }
            } else if (request instanceof LeaseRequest lease) {
                json.writeStringField("type", LeaseJson.LEASE);
                LeaseJson.writeRequest(json, lease);
            } else if (request instanceof Tally tally) {
                json.writeStringField("type", LeaseJson.TALLY);
                LeaseJson.writeTally(json, tally);
            } else if (request instanceof QuotaQuery query) {
                json.writeStringField("type", RequestKind.QUOTA.wireName());
                json.writeStringField("clientId", query.clientId().text());
            } else if (request instanceof ProfileQuery query) {
                json.writeStringField("type", RequestKind.PROFILE.wireName());
                json.writeStringField("clientId", query.clientId().text());
            } else if (request instanceof ExplainQuery query) {
                json.writeStringField("type", RequestKind.EXPLAIN.wireName());
                writeQuestion(json, query.question());
            } else if (request instanceof ControlRecord control) {
                json.writeStringField("type", RequestKind.CONTROL.wireName());
                json.writeStringField("payload", control.payload());
                json.writeStringField("signature", control.signature());
            } else {
                json.writeStringField("type", RequestKind.PING.wireName());
            }
            writeReply(json, request.reply());
        });
    }

    /** Writes what an admission asks, without envelope and reply address. */
    static void writeQuestion(JsonGenerator json, AdmissionRequest request) throws IOException {
        json.writeStringField("clientId", request.clientId().text());
        json.writeNumberField("cost", request.cost());
        if (!request.route().equals(Route.NONE)) {
            json.writeObjectFieldStart("route");
            json.writeStringField("method", request.route().method());
            json.writeStringField("path", request.route().path());
            json.writeStringField("host", request.route().host());
            json.writeEndObject();
        }
        if (!request.attributes().isEmpty()) {
            json.writeObjectFieldStart("attributes");
            for (Map.Entry<String, String> attribute : new TreeMap<>(request.attributes()).entrySet()) {
                json.writeStringField(attribute.getKey(), attribute.getValue());
            }
            json.writeEndObject();
        }
        if (request.reserveMillis() > 0) {
            json.writeObjectFieldStart("reserve");
            json.writeNumberField("ttlMillis", request.reserveMillis());
            json.writeEndObject();
        }
        if (request.maxWaitMillis() > 0) {
            json.writeNumberField("maxWaitMillis", request.maxWaitMillis());
        }
        if (request.priority() != Priority.NORMAL) {
            json.writeStringField("priority", request.priority().wireName());
        }
        if (request.exact()) {
            json.writeBooleanField("exact", true);
        }
        if (request.requestId() != null) {
            json.writeStringField("requestId", request.requestId());
        }
        if (request.idempotencyKey() != null) {
            json.writeStringField("idempotencyKey", request.idempotencyKey());
        }
        writeMeta(json, request.meta());
    }

    static void writeMeta(JsonGenerator json, @Nullable Meta meta) throws IOException {
        if (meta != null) {
            json.writeFieldName(MetaJson.NAME);
            json.writeRawValue(meta.json());
        }
    }

    static void writeReply(JsonGenerator json, @Nullable ReplyAddress reply) throws IOException {
        if (reply != null) {
            json.writeObjectFieldStart("reply");
            json.writeNumberField("partition", reply.partition());
            json.writeStringField("correlationId", reply.correlationId());
            json.writeEndObject();
        }
    }

    /** Reads a record; never throws, whatever the bytes. */
    public static DecodedRequest decode(byte @Nullable [] key, byte @Nullable [] value) {
        if (value == null) {
            return new DecodedRequest.Malformed("", "a tombstone (expected: a JSON object)", null);
        }
        if (value.length > TopicCatalogue.REQUEST_BYTES_MAX) {
            return tooLarge(value.length, TopicCatalogue.REQUEST_BYTES_MAX);
        }
        RequestDraft draft = new RequestDraft();
        try (JsonParser json = Json.parser(value)) {
            json.nextToken();
            Json.expectObject("", json);
            draft.read(json);
            Json.expectEnd(json);
            return new DecodedRequest.WellFormed(request(draft, key, value.length));
        } catch (WireException e) {
            return new DecodedRequest.Malformed(e.field(), e.detail(), draft.reply, draft.about());
        } catch (IOException e) {
            return new DecodedRequest.Malformed("", Json.notJson(e).detail(), draft.reply, draft.about());
        }
    }

    private static DecodedRequest.Malformed tooLarge(int bytes, int bytesMax) {
        return new DecodedRequest.Malformed("", bytes + " bytes (expected: at most " + bytesMax + ")", null);
    }

    private static RequestRecord request(RequestDraft draft, byte @Nullable [] key, int bytes) throws WireException {
        RequestKind kind = RequestKind.ofType(draft.type);
        checkVersion(draft, kind);
        if (kind == null) {
            throw new WireException("type", "unknown (expected: " + RequestKind.TYPES + ")");
        }
        if (kind != RequestKind.CONTROL && bytes > TopicCatalogue.ADMISSION_BYTES_MAX) {
            throw new WireException(
                    "", bytes + " bytes (expected: at most " + TopicCatalogue.ADMISSION_BYTES_MAX + ")");
        }
        draft.expectOnlyMembersOf(kind);
        return switch (kind) {
            case ADMISSION -> {
                AdmissionRequest request = draft.admission();
                checkKey(request.clientId(), key);
                yield request;
            }
            case BATCH -> {
                BatchRequest batch = BatchJson.strictRequest(draft);
                checkKey(batch.clientId(), key);
                yield batch;
            }
            case COMMIT -> settle(SettleRequest.Verb.COMMIT, draft, key);
            case CANCEL -> settle(SettleRequest.Verb.CANCEL, draft, key);
            case RELEASE -> settle(SettleRequest.Verb.RELEASE, draft, key);
            case LEASE -> {
                requiredReply(draft);
                LeaseRequest lease = draft.lease();
                checkKey(lease.question().clientId(), key);
                yield lease;
            }
            case TALLY -> {
                Tally tally = draft.tally();
                checkKey(tally.question().clientId(), key);
                yield tally;
            }
            case QUOTA -> new QuotaQuery(askedOf(draft, key), requiredReply(draft));
            case EXPLAIN -> {
                ExplainQuery query = new ExplainQuery(draft.admission(), requiredReply(draft));
                checkKey(query.question().clientId(), key);
                yield query;
            }
            case PROFILE -> new ProfileQuery(askedOf(draft, key), requiredReply(draft));
            case PING -> new Ping(requiredReply(draft));
            case CONTROL -> control(draft);
            case CHECK, ADMISSION_BODY, BATCH_BODY, COMMIT_BODY, END_BODY ->
                throw new IllegalStateException(kind + " is no record of the topic");
        };
    }

    /** The version comes before everything else: in another one, fields may rightly look different. */
    private static void checkVersion(RequestDraft draft, @Nullable RequestKind kind) throws WireException {
        if (draft.version == null) {
            draft.throwFirstError();
            if (kind != null) {
                // Perhaps it is there, and misspelled.
                draft.expectOnlyMembersOf(kind);
            }
            throw new WireException("v", "missing (expected: " + Json.FORMAT_VERSION + ")");
        }
        if (draft.version != Json.FORMAT_VERSION) {
            throw new WireException("v", draft.version + " (expected: " + Json.FORMAT_VERSION + ")");
        }
    }

    private static SettleRequest settle(SettleRequest.Verb verb, RequestDraft draft, byte @Nullable [] key)
            throws WireException {
        SettleRequest request = draft.settle(verb);
        checkKey(request.clientId(), key);
        return request;
    }

    /** The client that a look is about. */
    private static ClientId askedOf(RequestDraft draft, byte @Nullable [] key) throws WireException {
        requiredReply(draft);
        if (draft.clientId == null) {
            throw new WireException("clientId", "missing (expected: account[/segment...])");
        }
        ClientId clientId = ClientId.parse("clientId", draft.clientId);
        checkKey(clientId, key);
        return clientId;
    }

    private static ControlRecord control(RequestDraft draft) throws WireException {
        draft.throwFirstError();
        if (draft.payload == null || draft.signature == null) {
            throw new WireException(
                    draft.payload == null ? "payload" : "signature", "missing (expected: a signed control record)");
        }
        // What is signed are its bytes: half a pair has none, and would pass for the question mark in its place.
        Utf8.check("payload", draft.payload);
        return new ControlRecord(draft.payload, draft.signature);
    }

    private static ReplyAddress requiredReply(RequestDraft draft) throws WireException {
        draft.throwFirstError();
        if (draft.reply == null) {
            throw new WireException("reply", "missing (expected: partition and correlationId)");
        }
        return draft.reply;
    }

    private static void checkKey(ClientId clientId, byte @Nullable [] key) throws WireException {
        if (key == null || !Arrays.equals(key, clientId.account().getBytes(StandardCharsets.UTF_8))) {
            throw new WireException("key", "not the account of clientId (expected: its first segment as record key)");
        }
    }
}
