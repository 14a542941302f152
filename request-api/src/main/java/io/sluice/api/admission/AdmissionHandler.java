package io.sluice.api.admission;

import io.sluice.api.RequestApiConfig;
import io.sluice.api.direct.DirectHandler;
import io.sluice.api.direct.Exchange;
import io.sluice.api.http.Problem;
import io.sluice.client.Admissions;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AdmissionBody;
import io.sluice.schemas.codec.BodyCodec;

/** {@code POST /v1/admissions}: may this client do this now? */
public final class AdmissionHandler implements DirectHandler {
    public static final String ENDPOINT = "admissions";

    private final Admissions admissions;
    private final RequestApiConfig config;

    public AdmissionHandler(Admissions admissions, RequestApiConfig config) {
        this.admissions = admissions;
        this.config = config;
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.readBody(config.bounds().bodyBytesMax(), bytes -> answer(exchange, bytes));
    }

    private void answer(Exchange exchange, byte[] bytes) {
        try {
            AdmissionBody body = BodyCodec.admission(bytes);
            long deadlineMillis = body.deadlineMillisOr(config.deadlineMillis());
            exchange.respond(admissions.admit(body.request(), deadlineMillis).thenApply(AdmissionAnswers::of));
        } catch (WireException e) {
            exchange.respond(Problem.invalid(e));
        }
    }
}
