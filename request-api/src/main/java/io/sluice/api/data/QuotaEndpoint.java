package io.sluice.api.data;

import io.sluice.api.auth.Caller;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RequestUrl;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.Endpoint;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.VerdictDetailsJson;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.request.ClientId;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** {@code GET /v1/clients/{id}/quota}: what a client has left; takes no tokens. */
public final class QuotaEndpoint implements Endpoint {
    private final Function<Caller, Admissions> admissions;
    private final long deadlineMillis;

    private QuotaEndpoint(Function<Caller, Admissions> admissions, long deadlineMillis) {
        this.admissions = admissions;
        this.deadlineMillis = deadlineMillis;
    }

    /** For the accounts of each caller, with a deadline for all requests. */
    public QuotaEndpoint(CallerAdmissions admissions, long deadlineMillis) {
        this(admissions::of, deadlineMillis);
    }

    /** For any account: on the admin port, for callers that may read all of them. */
    public static QuotaEndpoint ofAll(Admissions admissions, long deadlineMillis) {
        return new QuotaEndpoint(caller -> admissions, deadlineMillis);
    }

    @Override
    public CompletableFuture<HttpAnswer> answer(ApiRequest request) throws WireException {
        RequestUrl.expectOnly(request.query());
        ClientId clientId = ClientId.parse("clientId", request.path("clientId"));
        return admissions
                .apply(request.caller())
                .quota(clientId, deadlineMillis)
                .thenApply(QuotaEndpoint::answer);
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
