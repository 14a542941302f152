package io.sluice.api.admission;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.sluice.api.RequestApiConfig;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RequestBody;
import io.sluice.api.http.Responder;
import io.sluice.client.AdmissionAnswer;
import io.sluice.client.Admissions;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AdmissionBody;
import io.sluice.schemas.codec.BodyCodec;
import io.sluice.schemas.reply.Judged;
import java.util.Map;

/** {@code POST /v1/reservations}: may this client do this, whose cost will be known later? */
public final class ReservationHandler implements Handler {
    public static final String ENDPOINT = "reservations";

    private final Admissions admissions;
    private final Responder responder;
    private final RequestApiConfig config;

    public ReservationHandler(Admissions admissions, Responder responder, RequestApiConfig config) {
        this.admissions = admissions;
        this.responder = responder;
        this.config = config;
    }

    @Override
    public void handle(Context context) {
        RequestBody.Read read = RequestBody.read(context, config.bounds().bodyBytesMax());
        if (read instanceof RequestBody.Refused refused) {
            responder.respond(context, ENDPOINT, refused.answer());
            return;
        }
        byte[] bytes = ((RequestBody.Accepted) read).bytes();
        try {
            AdmissionBody body = BodyCodec.reservation(bytes);
            long deadlineMillis = body.deadlineMillisOr(config.deadlineMillis());
            responder.respond(
                    context,
                    ENDPOINT,
                    admissions.admit(body.request(), deadlineMillis).thenApply(ReservationHandler::answer));
        } catch (WireException e) {
            responder.respond(context, ENDPOINT, Problem.invalid(e));
        }
    }

    /** As for an admission; but what was reserved is a new resource. A failure policy that allows creates none. */
    private static HttpAnswer answer(AdmissionAnswer answer) {
        HttpAnswer admitted = AdmissionAnswers.of(answer);
        Judged judged = answer.judged();
        String reservationId = judged == null ? null : judged.held().reservationId();
        return reservationId == null
                ? admitted
                : admitted.withStatus(201).with(Map.of("Location", "/v1/reservations/" + reservationId));
    }
}
