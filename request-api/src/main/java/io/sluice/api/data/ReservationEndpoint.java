package io.sluice.api.data;

import io.sluice.api.http.HttpAnswer;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.Endpoint;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AdmissionBody;
import io.sluice.schemas.codec.BodyCodec;
import io.sluice.schemas.reply.VerdictDetails;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** {@code POST /v1/reservations}: may this client do this, whose cost will be known later? */
public final class ReservationEndpoint implements Endpoint {
    private final CallerAdmissions admissions;
    private final long deadlineMillis;

    /** With a deadline for requests that name none. */
    public ReservationEndpoint(CallerAdmissions admissions, long deadlineMillis) {
        this.admissions = admissions;
        this.deadlineMillis = deadlineMillis;
    }

    @Override
    public CompletableFuture<HttpAnswer> answer(ApiRequest request) throws WireException {
        AdmissionBody body = BodyCodec.reservation(request.body());
        return admissions
                .of(request.caller())
                .admit(body.request(), body.deadlineMillisOr(deadlineMillis))
                .thenApply(ReservationEndpoint::answer);
    }

    /** As for an admission; but a reservation is a new resource. A failure policy that allows creates none. */
    private static HttpAnswer answer(Answer<AdmissionVerdict> answer) {
        HttpAnswer admitted = AdmissionAnswers.of(answer);
        AdmissionVerdict verdict = answer.orNull();
        VerdictDetails details = verdict == null ? null : verdict.details();
        String reservationId = details == null ? null : details.held().reservationId();
        return reservationId == null
                ? admitted
                : admitted.withStatus(201).with(Map.of("Location", "/v1/reservations/" + reservationId));
    }
}
