package io.sluice.api.admission;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.sluice.api.RequestApiConfig;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RequestUrl;
import io.sluice.api.http.Responder;
import io.sluice.client.Admissions;
import io.sluice.client.QuotaAnswer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.JudgedJson;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.request.ClientId;

/** {@code GET /v1/clients/{id}/quota}: what a client holds, without taking anything. */
public final class QuotaHandler implements Handler {
    public static final String ENDPOINT = "quota";

    private final Admissions admissions;
    private final Responder responder;
    private final RequestApiConfig config;

    public QuotaHandler(Admissions admissions, Responder responder, RequestApiConfig config) {
        this.admissions = admissions;
        this.responder = responder;
        this.config = config;
    }

    @Override
    public void handle(Context context) {
        try {
            RequestUrl.expectOnly(context);
            ClientId clientId = ClientId.parse("clientId", context.pathParam("clientId"));
            responder.respond(
                    context,
                    ENDPOINT,
                    admissions.quota(clientId, config.deadlineMillis()).thenApply(QuotaHandler::answer));
        } catch (WireException e) {
            responder.respond(context, ENDPOINT, Problem.invalid(e));
        }
    }

    private static HttpAnswer answer(QuotaAnswer answer) {
        if (answer instanceof QuotaAnswer.Unavailable unavailable) {
            return Problem.unavailable(unavailable.detail());
        }
        QuotaReport report = ((QuotaAnswer.Answered) answer).report();
        if (report.error() != null) {
            return Problem.invalid(report.error().field(), report.error().detail());
        }
        return HttpAnswer.ok(json -> {
            json.writeStringField("clientId", report.clientId());
            json.writeStringField("tier", report.tier());
            json.writeNumberField("decidedAtMillis", report.decidedAtMillis());
            json.writeNumberField("rulesetRevision", report.rulesetRevision());
            JudgedJson.writeLimits(json, report.limits());
        });
    }
}
