package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.SettleRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bodies of REST requests; the fields of an admission are those of the request topic. */
public final class BodyCodec {
    /** The most admissions in one batch. */
    public static final int BATCH_MAX = 1_000;

    private static final MemberNames BATCH = MemberNames.in("", "requests");

    private BodyCodec() {}

    /** One element of a batch: exactly one of body and error is there. */
    public record BatchItem(
            @Nullable AdmissionBody body, @Nullable WireException error) {}

    /** Reads {@code {"clientId": ..., "cost": ...}}, or an address in place of the client ID. */
    public static AdmissionBody admission(byte[] body) throws WireException {
        return admission(draft(body));
    }

    /** Reads an admission that must reserve: {@code {"clientId": ..., "reserve": {"ttlMillis": ...}}}. */
    public static AdmissionBody reservation(byte[] body) throws WireException {
        AdmissionBody admission = admission(body);
        if (admission.request().reserveMillis() == 0) {
            throw new WireException(
                    "reserve", "missing (expected: {\"ttlMillis\": 1.." + AdmissionRequest.RESERVE_MILLIS_MAX + "})");
        }
        return admission;
    }

    /** Reads {@code {"clientId": ..., "cost": ...}} for the end of a hold; the ID comes from the path. */
    public static SettleBody settle(SettleRequest.Verb verb, String id, byte[] body) throws WireException {
        RequestDraft draft = draft(body);
        draft.expectOnlyMembersOf(RequestKind.bodyOf(verb));
        draft.reservationId = id;
        draft.releaseId = id;
        return new SettleBody(draft.settle(verb), deadlineMillis(draft, /* maxWaitMillis= */ 0));
    }

    /** Reads {@code {"checks": [...], "idempotencyKey": ...}}: one batch, decided as a whole. */
    public static BatchBody atomic(byte[] body) throws WireException {
        RequestDraft draft = draft(body);
        draft.expectOnlyMembersOf(RequestKind.BATCH_BODY);
        return new BatchBody(BatchJson.identifiedRequest(draft), deadlineMillis(draft, /* maxWaitMillis= */ 0));
    }

    private static RequestDraft draft(byte[] body) throws WireException {
        RequestDraft draft = new RequestDraft();
        try (JsonParser json = Json.parser(body)) {
            json.nextToken();
            Json.expectObject("", json);
            draft.read(json);
            Json.expectEnd(json);
        } catch (IOException e) {
            throw Json.notJson(e);
        }
        return draft;
    }

    /** Reads {@code {"requests": [...]}}; an invalid element does not affect the others. */
    public static List<BatchItem> batch(byte[] body) throws WireException {
        List<BatchItem> items = new ArrayList<>();
        boolean[] found = {false};
        try (JsonParser json = Json.parser(body)) {
            json.nextToken();
            Json.expectObject("", json);
            Json.fields(json, BATCH, (name, value) -> {
                found[0] = true;
                readItems(value, items);
            });
            Json.expectEnd(json);
        } catch (IOException e) {
            throw Json.notJson(e);
        }
        if (!found[0] || items.isEmpty()) {
            throw new WireException("requests", "missing or empty (expected: 1.." + BATCH_MAX + " admissions)");
        }
        return items;
    }

    private static void readItems(JsonParser json, List<BatchItem> items) throws IOException, WireException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new WireException("requests", "not a list (expected: 1.." + BATCH_MAX + " admissions)");
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (items.size() == BATCH_MAX) {
                throw new WireException("requests", "too many (expected: 1.." + BATCH_MAX + " admissions)");
            }
            items.add(item("requests[" + items.size() + "]", json));
        }
    }

    private static BatchItem item(String place, JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return new BatchItem(null, new WireException(place, "not an object (expected: an admission)"));
        }
        RequestDraft draft = new RequestDraft();
        draft.read(json);
        try {
            return new BatchItem(admission(draft), null);
        } catch (WireException e) {
            String field = e.field().isEmpty() ? place : place + "." + e.field();
            return new BatchItem(null, new WireException(field, e.detail()));
        }
    }

    private static AdmissionBody admission(RequestDraft draft) throws WireException {
        draft.expectOnlyMembersOf(RequestKind.ADMISSION_BODY);
        AdmissionRequest request = draft.identifiedAdmission();
        return new AdmissionBody(request, deadlineMillis(draft, request.maxWaitMillis()));
    }

    private static @Nullable Long deadlineMillis(RequestDraft draft, long maxWaitMillis) throws WireException {
        Long deadline = draft.deadlineMillis;
        long max = maxWaitMillis + AdmissionBody.DEADLINE_MILLIS_MAX;
        if (deadline != null && (deadline <= maxWaitMillis || deadline > max)) {
            String because = maxWaitMillis == 0 ? "" : ", above maxWaitMillis";
            throw new WireException(
                    "deadlineMillis", deadline + " (expected: " + (maxWaitMillis + 1) + ".." + max + because + ")");
        }
        return deadline;
    }
}
