package io.sluice.api.data;

import io.sluice.api.http.HttpAnswer;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.Endpoint;
import io.sluice.client.Answer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.BatchBody;
import io.sluice.schemas.codec.BodyCodec;
import io.sluice.schemas.reply.BatchVerdict;
import java.util.concurrent.CompletableFuture;

/** {@code POST /v1/admissions/atomic}: may all of this be done now, or nothing? One verdict for all checks. */
public final class AtomicBatchEndpoint implements Endpoint {
    private final CallerAdmissions admissions;
    private final long deadlineMillis;

    /** With a deadline for requests that name none. */
    public AtomicBatchEndpoint(CallerAdmissions admissions, long deadlineMillis) {
        this.admissions = admissions;
        this.deadlineMillis = deadlineMillis;
    }

    @Override
    public CompletableFuture<HttpAnswer> answer(ApiRequest request) throws WireException {
        BatchBody body = BodyCodec.atomic(request.body());
        long withinMillis = body.deadlineMillis() == null ? deadlineMillis : body.deadlineMillis();
        return admissions
                .of(request.caller())
                .admitAll(body.request(), withinMillis)
                .thenApply(AtomicBatchEndpoint::answer);
    }

    /** As for one admission, with the check that was refused. */
    private static HttpAnswer answer(Answer<BatchVerdict> answer) {
        BatchVerdict verdict = answer.orNull();
        if (verdict == null) {
            return AdmissionAnswers.withoutVerdict(answer);
        }
        HttpAnswer details = AdmissionAnswers.recorded(verdict.decisionId(), verdict.requestId(), verdict.details());
        Integer refusedCheck = verdict.refusedCheck();
        if (refusedCheck == null) {
            return details;
        }
        return details.withBody(json -> {
            details.body().write(json);
            json.writeNumberField("refusedCheck", refusedCheck);
        });
    }
}
