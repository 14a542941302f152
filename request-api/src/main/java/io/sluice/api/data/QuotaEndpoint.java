package io.sluice.api.data;

import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RequestUrl;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.Endpoint;
import io.sluice.client.Answer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.VerdictDetailsJson;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.request.ClientId;
import java.util.concurrent.CompletableFuture;

/** {@code GET /v1/clients/{id}/quota}: what a client holds, without taking anything. */
public final class QuotaEndpoint implements Endpoint {
    private final CallerAdmissions admissions;
    private final long deadlineMillis;

    /** With a deadline for all requests. */
    public QuotaEndpoint(CallerAdmissions admissions, long deadlineMillis) {
        this.admissions = admissions;
        this.deadlineMillis = deadlineMillis;
    }

    @Override
    public CompletableFuture<HttpAnswer> answer(ApiRequest request) throws WireException {
        RequestUrl.expectOnly(request.query());
        ClientId clientId = ClientId.parse("clientId", request.path("clientId"));
        return admissions.of(request.caller()).quota(clientId, deadlineMillis).thenApply(QuotaEndpoint::answer);
    }

    private static HttpAnswer answer(Answer<QuotaReport> answer) {
        QuotaReport report = answer.orNull();
        if (report == null) {
            return AdmissionAnswers.withoutVerdict(answer);
        }
        if (report.error() != null) {
            return Problem.of(report.error());
        }
        return HttpAnswer.ok(json -> {
            json.writeStringField("clientId", report.clientId());
            json.writeStringField("tier", report.tier());
            json.writeNumberField("decidedAtMillis", report.decidedAtMillis());
            json.writeNumberField("rulesetRevision", report.rulesetRevision());
            VerdictDetailsJson.writeLimits(json, report.limits());
        });
    }
}
