package io.sluice.api.data;

import io.sluice.api.http.HttpAnswer;
import io.sluice.api.replay.PastExplanation;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.Endpoint;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AdmissionBody;
import io.sluice.schemas.codec.BodyCodec;
import io.sluice.schemas.codec.ExplanationJson;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.request.DecisionId;
import java.util.concurrent.CompletableFuture;

/**
 * {@code POST /v1/explain}: what would this admission get, and why; or what did that decision get? It shows every limit
 * of the ruleset, so it is on the admin port, for callers that may read rules; these may name any account.
 */
public final class ExplainEndpoint implements Endpoint {
    private final Admissions admissions;
    private final long deadlineMillis;
    private final PastExplanation past;

    /** With a deadline for requests that name none, and what explains decisions of the past. */
    public ExplainEndpoint(Admissions admissions, long deadlineMillis, PastExplanation past) {
        this.past = past;
        this.admissions = admissions;
        this.deadlineMillis = deadlineMillis;
    }

    @Override
    public CompletableFuture<HttpAnswer> answer(ApiRequest request) throws WireException {
        DecisionId decision = PastExplanation.asked(request.body());
        if (decision != null) {
            return past.answer(decision);
        }
        AdmissionBody body = BodyCodec.admission(request.body());
        return admissions
                .explain(body.request(), body.deadlineMillis() == null ? deadlineMillis : body.deadlineMillis())
                .thenApply(ExplainEndpoint::answer);
    }

    private static HttpAnswer answer(Answer<Explanation> answer) {
        Explanation explanation = answer.orNull();
        return explanation == null
                ? AdmissionAnswers.withoutVerdict(answer)
                : HttpAnswer.ok(json -> ExplanationJson.write(json, explanation));
    }
}
