package io.sluice.api.data;

import io.sluice.api.http.HttpAnswer;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.Endpoint;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AdmissionBody;
import io.sluice.schemas.codec.BodyCodec;
import java.util.concurrent.CompletableFuture;

/** {@code POST /v1/admissions}: may this client do this now? */
public final class AdmissionEndpoint implements Endpoint {
    private final CallerAdmissions admissions;
    private final long deadlineMillis;

    /** With a deadline for requests that name none. */
    public AdmissionEndpoint(CallerAdmissions admissions, long deadlineMillis) {
        this.admissions = admissions;
        this.deadlineMillis = deadlineMillis;
    }

    @Override
    public CompletableFuture<HttpAnswer> answer(ApiRequest request) throws WireException {
        AdmissionBody body = BodyCodec.admission(request.body());
        return admissions
                .of(request.caller())
                .admit(body.request(), body.deadlineMillisOr(deadlineMillis))
                .thenApply(AdmissionAnswers::of);
    }
}
