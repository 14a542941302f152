package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.BatchCharge;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The members of batch requests and their answers. */
final class BatchJson {
    static final String TYPE = "batch";
    private static final String REFUSED_CHECK = "refusedCheck";
    private static final String CHARGES = "charges";

    private BatchJson() {}

    /** Writes the members of a batch request, without envelope and reply address. */
    static void writeRequest(JsonGenerator json, BatchRequest request) throws IOException {
        json.writeArrayFieldStart("checks");
        for (AdmissionRequest check : request.checks()) {
            json.writeStartObject();
            RequestCodec.writeRequest(json, check);
            json.writeEndObject();
        }
        json.writeEndArray();
        if (request.requestId() != null) {
            json.writeStringField("requestId", request.requestId());
        }
        if (request.idempotencyKey() != null) {
            json.writeStringField("idempotencyKey", request.idempotencyKey());
        }
        RequestCodec.writeMeta(json, request.meta());
    }

    static void writeRefusedCheck(JsonGenerator json, @Nullable Integer refusedCheck) throws IOException {
        if (refusedCheck != null) {
            json.writeNumberField(REFUSED_CHECK, refusedCheck);
        }
    }

    static void writeCharges(JsonGenerator json, List<BatchCharge> charges) throws IOException {
        json.writeArrayFieldStart(CHARGES);
        for (BatchCharge charge : charges) {
            json.writeStartObject();
            json.writeStringField("limitId", charge.limitId());
            json.writeStringField("scope", charge.scope());
            json.writeNumberField("tokens", charge.tokens());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Reads the checks of a batch, each as far as it can be read. */
    static List<RequestDraft> checks(JsonParser json) throws IOException, WireException {
        String expected = " (expected: " + BatchRequest.CHECKS_MIN + ".." + BatchRequest.CHECKS_MAX + " checks)";
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new WireException("checks", "not a list" + expected);
        }
        List<RequestDraft> checks = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            // Checked here as well, so that a flood of checks is not collected first.
            if (checks.size() == BatchRequest.CHECKS_MAX) {
                throw new WireException("checks", "too many" + expected);
            }
            Json.expectObject("checks[" + checks.size() + "]", json);
            RequestDraft check = new RequestDraft();
            check.read(json);
            checks.add(check);
        }
        return checks;
    }

    /** The batch, if all of it is valid. */
    static BatchRequest request(RequestDraft draft) throws WireException {
        return request(draft, RequestDraft::admission);
    }

    /** The batch of an external caller: unknown members are refused. */
    static BatchRequest strictRequest(RequestDraft draft) throws WireException {
        return request(draft, check -> {
            check.expectOnlyMembersOf(RequestKind.CHECK);
            return check.admission();
        });
    }

    /** The batch of a caller whose checks may have an address instead of a client ID. */
    static BatchRequest identifiedRequest(RequestDraft draft) throws WireException {
        return request(draft, check -> {
            check.expectOnlyMembersOf(RequestKind.CHECK);
            return check.identifiedAdmission();
        });
    }

    /** A function that turns a check into a request. */
    private interface CheckReader {
        AdmissionRequest of(RequestDraft check) throws WireException;
    }

    private static BatchRequest request(RequestDraft draft, CheckReader reader) throws WireException {
        draft.throwFirstError();
        if (draft.checks == null) {
            throw new WireException(
                    "checks",
                    "missing (expected: " + BatchRequest.CHECKS_MIN + ".." + BatchRequest.CHECKS_MAX + " checks)");
        }
        List<AdmissionRequest> checks = new ArrayList<>(draft.checks.size());
        for (RequestDraft check : draft.checks) {
            try {
                checks.add(reader.of(check));
            } catch (WireException e) {
                String place = "checks[" + checks.size() + "]";
                throw new WireException(e.field().isEmpty() ? place : place + "." + e.field(), e.detail());
            }
        }
        return BatchRequest.checked(checks, draft.requestId, draft.idempotencyKey)
                .with(draft.meta);
    }

    /** Collects the members that only answers to a batch have. */
    static final class Draft {
        private @Nullable Integer refusedCheck;
        private final List<BatchCharge> charges = new ArrayList<>();

        /** Reads one member; returns false, and reads nothing, if it is none of these. */
        boolean read(String name, JsonParser json) throws IOException, WireException {
            switch (name) {
                case REFUSED_CHECK -> refusedCheck = Json.index(name, json);
                case CHARGES -> readCharges(json);
                default -> {
                    return false;
                }
            }
            return true;
        }

        private void readCharges(JsonParser json) throws IOException, WireException {
            if (json.currentToken() != JsonToken.START_ARRAY) {
                throw new WireException(CHARGES, "not a list (expected: a list)");
            }
            while (json.nextToken() != JsonToken.END_ARRAY) {
                Json.expectObject(CHARGES, json);
                String[] texts = {"", ""};
                long[] tokens = {0};
                Json.fields(json, (name, value) -> {
                    switch (name) {
                        case "limitId" -> texts[0] = Json.text(name, value);
                        case "scope" -> texts[1] = Json.text(name, value);
                        case "tokens" -> tokens[0] = Json.integer(name, value);
                        default -> value.skipChildren();
                    }
                });
                charges.add(new BatchCharge(texts[0], texts[1], tokens[0]));
            }
        }

        @Nullable Integer refusedCheck() {
            return refusedCheck;
        }

        List<BatchCharge> charges() {
            return charges;
        }
    }
}
