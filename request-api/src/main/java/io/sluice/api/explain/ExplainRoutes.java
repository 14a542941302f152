package io.sluice.api.explain;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.sluice.api.RequestApiConfig;
import io.sluice.api.access.Caller;
import io.sluice.api.access.Gate;
import io.sluice.api.access.Role;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RequestBody;
import io.sluice.client.Admissions;
import io.sluice.client.ExplainAnswer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AdmissionBody;
import io.sluice.schemas.codec.BodyCodec;
import io.sluice.schemas.codec.ExplanationJson;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.WireError;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * {@code POST /v1/explain}: what would be said to this admission, and why? It tells of every limit of the ruleset, so
 * it is for those who may see rules.
 */
public final class ExplainRoutes {
    private static final String ENDPOINT = "explain";

    private final Admissions admissions;
    private final Gate gate;
    private final RequestApiConfig config;

    public ExplainRoutes(Admissions admissions, Gate gate, RequestApiConfig config) {
        this.admissions = admissions;
        this.gate = gate;
        this.config = config;
    }

    public void addTo(RoutesConfig routes) {
        routes.post("/v1/explain", gate.only(Role.VIEWER, ENDPOINT, this::explain));
    }

    private CompletableFuture<HttpAnswer> explain(Context context, Caller caller) throws IOException, WireException {
        RequestBody.Read read = RequestBody.read(context, config.bounds().bodyBytesMax());
        if (read instanceof RequestBody.Refused refused) {
            return CompletableFuture.completedFuture(refused.answer());
        }
        AdmissionBody body = BodyCodec.admission(((RequestBody.Accepted) read).bytes());
        long deadlineMillis = body.deadlineMillis() == null ? config.deadlineMillis() : body.deadlineMillis();
        return admissions.explain(body.request(), deadlineMillis).thenApply(ExplainRoutes::answer);
    }

    private static HttpAnswer answer(ExplainAnswer answer) {
        if (answer instanceof ExplainAnswer.Answered answered) {
            Explanation explanation = answered.explanation();
            return HttpAnswer.ok(json -> ExplanationJson.write(json, explanation));
        }
        if (answer instanceof ExplainAnswer.Refused refused) {
            WireError error = refused.error();
            return error.code().equals(WireError.INVALID_REQUEST)
                    ? Problem.invalid(error.field(), error.detail())
                    : Problem.INTERNAL.answer(error.detail());
        }
        return Problem.unavailable(((ExplainAnswer.Unavailable) answer).detail());
    }
}
