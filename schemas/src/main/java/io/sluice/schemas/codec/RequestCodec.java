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
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseReports;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.Meta;
import io.sluice.schemas.request.Ping;
import io.sluice.schemas.request.Priority;
import io.sluice.schemas.request.ProfileQuery;
import io.sluice.schemas.request.QuotaQuery;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Request;
import io.sluice.schemas.request.RequestMode;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.wide.TravellingRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The records of the request topic as JSON; schema {@code request.v1.json}. */
public final class RequestCodec {
    private RequestCodec() {}

    /** Encodes a request that has no reply address. */
    public static byte[] encode(Request request) {
        return encode(request.repliedTo(null));
    }

    public static byte[] encode(RequestRecord record) {
        return Json.written(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            writeRequest(json, record.request());
            writeReply(json, record.reply());
        });
    }

    private static void writeRequest(JsonGenerator json, Request request) throws IOException {
        json.writeStringField("type", typeOf(request));
        if (request instanceof AdmissionRequest admission) {
            writeRequest(json, admission);
        } else if (request instanceof BatchRequest batch) {
            BatchJson.writeRequest(json, batch);
        } else if (request instanceof SettleRequest settle) {
            json.writeStringField("clientId", settle.clientId().text());
            json.writeStringField(settle.verb().idField(), settle.holdId().text());
            if (settle.verb() == SettleRequest.Verb.COMMIT) {
                json.writeNumberField("cost", settle.cost());
            }
        } else if (request instanceof LeaseRequest lease) {
            LeaseJson.writeRequest(json, lease);
        } else if (request instanceof LeaseReport report) {
            LeaseJson.writeReport(json, report);
        } else if (request instanceof LeaseReports reports) {
            LeaseJson.writeReports(json, reports);
        } else if (request instanceof ExplainQuery query) {
            writeRequest(json, query.admission());
        } else if (request instanceof ControlRecord control) {
            json.writeStringField("payload", control.payload());
            json.writeStringField("signature", control.signature());
        } else {
            ClientId clientId = request.clientId();
            if (clientId != null) {
                json.writeStringField("clientId", clientId.text());
            }
        }
    }

    private static String typeOf(Request request) {
        RequestKind kind;
        if (request instanceof AdmissionRequest) {
            kind = RequestKind.ADMISSION;
        } else if (request instanceof BatchRequest) {
            kind = RequestKind.BATCH;
        } else if (request instanceof SettleRequest settle) {
            return settle.verb().wireName();
        } else if (request instanceof LeaseRequest) {
            kind = RequestKind.LEASE;
        } else if (request instanceof LeaseReport) {
            kind = RequestKind.LEASE_REPORT;
        } else if (request instanceof LeaseReports) {
            kind = RequestKind.LEASE_REPORTS;
        } else if (request instanceof QuotaQuery) {
            kind = RequestKind.QUOTA;
        } else if (request instanceof ProfileQuery) {
            kind = RequestKind.PROFILE;
        } else if (request instanceof ExplainQuery) {
            kind = RequestKind.EXPLAIN;
        } else {
            kind = request instanceof Ping ? RequestKind.PING : RequestKind.CONTROL;
        }
        return kind.wireName();
    }

    /** Writes the members of an admission request, without envelope and reply address. */
    static void writeRequest(JsonGenerator json, AdmissionRequest request) throws IOException {
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
        if (request.mode() != RequestMode.CHECK) {
            json.writeStringField("mode", request.mode().wireName());
        }
        if (request.requestId() != null) {
            json.writeStringField("requestId", request.requestId());
        }
        if (request.idempotencyKey() != null) {
            json.writeStringField("idempotencyKey", request.idempotencyKey());
        }
        LeaseJson.writeTerms(json, request.lease());
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
        return decode(key, value, TopicCatalogue.ADMISSION_BYTES_MAX);
    }

    /**
     * Reads the request of a message between partitions. Its sender has encoded it again, with all members. So it may
     * be larger than the caller's own record.
     */
    public static DecodedRequest decodeTravelling(TravellingRequest message) {
        return decode(
                message.account().getBytes(StandardCharsets.UTF_8),
                message.request().getBytes(StandardCharsets.UTF_8),
                TravellingRequest.REQUEST_BYTES_MAX);
    }

    private static DecodedRequest decode(byte @Nullable [] key, byte @Nullable [] value, int requestBytesMax) {
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
            return new DecodedRequest.WellFormed(record(draft, key, value.length, requestBytesMax));
        } catch (WireException e) {
            return new DecodedRequest.Malformed(e.field(), e.detail(), draft.reply, draft.about());
        } catch (IOException e) {
            return new DecodedRequest.Malformed("", Json.notJson(e).detail(), draft.reply, draft.about());
        }
    }

    private static DecodedRequest.Malformed tooLarge(int bytes, int bytesMax) {
        return new DecodedRequest.Malformed("", bytes + " bytes (expected: at most " + bytesMax + ")", null);
    }

    private static RequestRecord record(RequestDraft draft, byte @Nullable [] key, int bytes, int bytesMax)
            throws WireException {
        RequestKind kind = RequestKind.ofType(draft.type);
        checkVersion(draft, kind);
        if (kind == null) {
            throw new WireException("type", "unknown (expected: " + RequestKind.TYPES + ")");
        }
        if (kind != RequestKind.CONTROL && bytes > bytesMax) {
            throw new WireException("", bytes + " bytes (expected: at most " + bytesMax + ")");
        }
        draft.expectOnlyMembersOf(kind);
        if (kind.isAnswered()) {
            requireReply(draft);
        }
        Request request = request(draft, kind);
        ClientId clientId = request.clientId();
        if (clientId != null) {
            checkKey(clientId, key);
        }
        return new RequestRecord(request, kind.isAnswerable() ? draft.reply : null);
    }

    private static Request request(RequestDraft draft, RequestKind kind) throws WireException {
        return switch (kind) {
            case ADMISSION -> draft.admission();
            case BATCH -> BatchJson.strictRequest(draft);
            case COMMIT -> draft.settle(SettleRequest.Verb.COMMIT);
            case CANCEL -> draft.settle(SettleRequest.Verb.CANCEL);
            case RELEASE -> draft.settle(SettleRequest.Verb.RELEASE);
            case LEASE -> draft.lease();
            case LEASE_REPORT -> draft.report();
            case LEASE_REPORTS -> LeaseJson.reports(draft);
            case QUOTA -> new QuotaQuery(draft.client());
            case EXPLAIN -> new ExplainQuery(draft.admission());
            case PROFILE -> new ProfileQuery(draft.client());
            case PING -> new Ping();
            case CONTROL -> control(draft);
            case CHECK, REPORT, ADMISSION_BODY, BATCH_BODY, COMMIT_BODY, END_BODY ->
                throw new IllegalStateException(kind + " is no record of the topic");
        };
    }

    /** The version is checked before everything else: in another version, other fields may be valid. */
    private static void checkVersion(RequestDraft draft, @Nullable RequestKind kind) throws WireException {
        if (draft.version == null) {
            draft.throwFirstError();
            if (kind != null) {
                // It may be there, but misspelled.
                draft.expectOnlyMembersOf(kind);
            }
            throw new WireException("v", "missing (expected: " + Json.FORMAT_VERSION + ")");
        }
        if (draft.version != Json.FORMAT_VERSION) {
            throw new WireException("v", draft.version + " (expected: " + Json.FORMAT_VERSION + ")");
        }
    }

    private static ControlRecord control(RequestDraft draft) throws WireException {
        draft.throwFirstError();
        if (draft.payload == null || draft.signature == null) {
            throw new WireException(
                    draft.payload == null ? "payload" : "signature", "missing (expected: a signed control record)");
        }
        // The signature covers bytes. Half a surrogate pair would be encoded as a question mark.
        Utf8.check("payload", draft.payload);
        return new ControlRecord(draft.payload, draft.signature);
    }

    private static void requireReply(RequestDraft draft) throws WireException {
        draft.throwFirstError();
        if (draft.reply == null) {
            throw new WireException("reply", "missing (expected: partition and correlationId)");
        }
    }

    private static void checkKey(ClientId clientId, byte @Nullable [] key) throws WireException {
        if (key == null || !Arrays.equals(key, clientId.account().getBytes(StandardCharsets.UTF_8))) {
            throw new WireException("key", "not the account of clientId (expected: its first segment as record key)");
        }
    }
}
