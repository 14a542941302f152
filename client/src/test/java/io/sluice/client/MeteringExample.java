package io.sluice.client;

import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.RequestMode;
import io.sluice.schemas.request.Route;
import java.util.Objects;
import java.util.function.LongSupplier;

/** The example of METERING, which shows what is between the marks. */
final class MeteringExample {
    private MeteringExample() {}

    // begin
    static long metered(Admissions admissions, String clientId, long maxTokens, LongSupplier stream) throws Exception {
        Route route = new Route("POST", "/v1/chat/completions", "");
        AdmissionRequest reservation = AdmissionRequest.of(clientId)
                .cost(maxTokens)
                .route(route)
                .reserveMillis(600_000)
                .build();
        AdmissionVerdict verdict = admissions.reserve(reservation, 1_000).get().orNull();
        if (!(verdict instanceof AdmissionVerdict.Recorded recorded) || !verdict.allowed()) {
            return 0;
        }
        long used = stream.getAsLong();
        String id = Objects.requireNonNull(recorded.verdict().details()).held().reservationId();
        DecisionId reservationId = DecisionId.parse("reservationId", Objects.requireNonNull(id));
        SettlementReply reply = admissions
                .commit(reservation.clientId(), reservationId, used, 1_000)
                .get()
                .orNull();
        WireError error = reply == null ? null : reply.error();
        if (error != null && error.code().equals(WireError.RESERVATION_NOT_FOUND)) {
            // Too late: the reservation is gone, and all of it went back. What was used is charged, once for this key.
            AdmissionRequest charge = AdmissionRequest.of(clientId)
                    .cost(used)
                    .route(route)
                    .mode(RequestMode.CHARGE)
                    .idempotencyKey("charge-" + id)
                    .build();
            admissions.admit(charge, 1_000).get();
        }
        return used;
    }
    // end
}
