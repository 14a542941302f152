package io.sluice.api.admission;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.sluice.api.RequestApiConfig;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RequestBody;
import io.sluice.api.http.Responder;
import io.sluice.client.Admissions;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AdmissionBody;
import io.sluice.schemas.codec.BodyCodec;
import java.io.IOException;

/** {@code POST /v1/admissions}: may this client do this now? */
public final class AdmissionHandler implements Handler {
    public static final String ENDPOINT = "admissions";

    private final Admissions admissions;
    private final Responder responder;
    private final RequestApiConfig config;

    public AdmissionHandler(Admissions admissions, Responder responder, RequestApiConfig config) {
        this.admissions = admissions;
        this.responder = responder;
        this.config = config;
    }

    @Override
    public void handle(Context context) throws IOException {
        RequestBody.Read read = RequestBody.read(context, config.bounds().bodyBytesMax());
        if (read instanceof RequestBody.Refused refused) {
            responder.respond(context, ENDPOINT, refused.answer());
            return;
        }
        byte[] bytes = ((RequestBody.Accepted) read).bytes();
        try {
            AdmissionBody body = BodyCodec.admission(bytes);
            long deadlineMillis = body.deadlineMillisOr(config.deadlineMillis());
            responder.respond(
                    context,
                    ENDPOINT,
                    admissions.admit(body.request(), deadlineMillis).thenApply(AdmissionAnswers::of));
        } catch (WireException e) {
            responder.respond(context, ENDPOINT, Problem.invalid(e));
        }
    }
}
