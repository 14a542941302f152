package io.sluice.api.data;

import io.sluice.api.http.HttpAnswer;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.Endpoint;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AdmissionBody;
import io.sluice.schemas.codec.BodyCodec;
import io.sluice.schemas.codec.ExplanationJson;
import io.sluice.schemas.reply.Explanation;
import java.util.concurrent.CompletableFuture;

/**
 * {@code POST /v1/explain}: what would this admission get, and why? It shows every limit of the ruleset, so it is on
 * the admin port, for callers that may read rules; these may name any account.
 */
public final class ExplainEndpoint implements Endpoint {
    private final Admissions admissions;
    private final long deadlineMillis;

    /** With a deadline for requests that name none. */
    public ExplainEndpoint(Admissions admissions, long deadlineMillis) {
        this.admissions = admissions;
        this.deadlineMillis = deadlineMillis;
    }

    @Override
    public CompletableFuture<HttpAnswer> answer(ApiRequest request) throws WireException {
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
