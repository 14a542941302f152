package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.SettleRequest;
import java.io.IOException;

/** The bodies of REST requests as a caller writes them; {@link BodyCodec} reads them. */
public final class RestBodies {
    private RestBodies() {}

    /** The body of {@code POST /v1/admissions} and {@code /v1/reservations}. */
    public static byte[] admission(AdmissionRequest request, long deadlineMillis) {
        return Json.written(json -> {
            RequestCodec.writeRequest(json, request);
            writeDeadline(json, deadlineMillis);
        });
    }

    /** The body of {@code POST /v1/admissions/atomic}. */
    public static byte[] batch(BatchRequest request, long deadlineMillis) {
        return Json.written(json -> {
            BatchJson.writeRequest(json, request);
            writeDeadline(json, deadlineMillis);
        });
    }

    /** The body of a commit, a cancel or a release; the hold is in the path. */
    public static byte[] settle(SettleRequest request, long deadlineMillis) {
        return Json.written(json -> {
            json.writeStringField("clientId", request.clientId().text());
            if (request.verb() == SettleRequest.Verb.COMMIT) {
                json.writeNumberField("cost", request.cost());
            }
            writeDeadline(json, deadlineMillis);
        });
    }

    private static void writeDeadline(JsonGenerator json, long deadlineMillis) throws IOException {
        json.writeNumberField("deadlineMillis", deadlineMillis);
    }
}
