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
import io.sluice.client.BatchAnswer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.BatchBody;
import io.sluice.schemas.codec.BodyCodec;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.WireError;

/** {@code POST /v1/admissions/atomic}: may all of this be done now, or nothing? One verdict for all checks. */
public final class AtomicBatchHandler implements Handler {
    public static final String ENDPOINT = "atomic";

    private final Admissions admissions;
    private final Responder responder;
    private final RequestApiConfig config;

    public AtomicBatchHandler(Admissions admissions, Responder responder, RequestApiConfig config) {
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
            BatchBody body = BodyCodec.atomic(bytes);
            long deadlineMillis = body.deadlineMillis() == null ? config.deadlineMillis() : body.deadlineMillis();
            responder.respond(
                    context,
                    ENDPOINT,
                    admissions.admitAll(body.request(), deadlineMillis).thenApply(AtomicBatchHandler::answer));
        } catch (WireException e) {
            responder.respond(context, ENDPOINT, Problem.invalid(e));
        }
    }

    /** As for one admission, with the check that was refused. */
    private static HttpAnswer answer(BatchAnswer answer) {
        if (answer instanceof BatchAnswer.Answered answered) {
            return answer(answered.verdict());
        }
        if (answer instanceof BatchAnswer.Refused refused) {
            WireError error = refused.error();
            return error.code().equals(WireError.NOT_IN_BATCH)
                    ? Problem.invalid(error.field(), error.detail())
                    : AdmissionAnswers.of(new AdmissionAnswer.Answered(Verdict.error("", "", error)));
        }
        return AdmissionAnswers.of(
                answer instanceof BatchAnswer.Degraded degraded
                        ? new AdmissionAnswer.Degraded(degraded.allowed(), degraded.detail())
                        : new AdmissionAnswer.Unavailable(((BatchAnswer.Unavailable) answer).detail()));
    }

    private static HttpAnswer answer(BatchVerdict verdict) {
        HttpAnswer judged = AdmissionAnswers.of(new AdmissionAnswer.Answered(
                Verdict.judged(verdict.correlationId(), verdict.decisionId(), verdict.requestId(), verdict.judged())));
        Integer refusedCheck = verdict.refusedCheck();
        if (refusedCheck == null) {
            return judged;
        }
        return new HttpAnswer(judged.status(), judged.contentType(), judged.headers(), json -> {
            judged.body().write(json);
            json.writeNumberField("refusedCheck", refusedCheck);
        });
    }
}
