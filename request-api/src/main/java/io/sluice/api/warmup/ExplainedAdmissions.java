package io.sluice.api.warmup;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.client.Readiness;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.SettleRequest;
import java.util.concurrent.CompletableFuture;

/**
 * The cluster for a warm-up: an admission is only explained. That goes the way of every request, through Kafka and the
 * ledger, but takes no token and leaves no record.
 */
final class ExplainedAdmissions implements Admissions {
    private final Admissions cluster;

    ExplainedAdmissions(Admissions cluster) {
        this.cluster = cluster;
    }

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(AdmissionRequest request, long deadlineMillis) {
        return cluster.explain(request, deadlineMillis).thenApply(ExplainedAdmissions::verdict);
    }

    private static Answer<AdmissionVerdict> verdict(Answer<Explanation> answer) {
        Explanation explanation = answer.orNull();
        return explanation == null
                ? new Answer.Unavailable<>("no explanation in time")
                : new Answer.Answered<>(new AdmissionVerdict.Local(
                        null, explanation.details(), new AdmissionVerdict.Denial(explanation.correlationId())));
    }

    @Override
    public CompletableFuture<Answer<BatchVerdict>> admitAll(BatchRequest request, long deadlineMillis) {
        return cluster.admitAll(request, deadlineMillis);
    }

    @Override
    public CompletableFuture<Answer<SettlementReply>> settle(SettleRequest request, long deadlineMillis) {
        return cluster.settle(request, deadlineMillis);
    }

    @Override
    public CompletableFuture<Answer<QuotaReport>> quota(ClientId clientId, long deadlineMillis) {
        return cluster.quota(clientId, deadlineMillis);
    }

    @Override
    public CompletableFuture<Answer<Explanation>> explain(AdmissionRequest request, long deadlineMillis) {
        return cluster.explain(request, deadlineMillis);
    }

    @Override
    public Readiness readiness() {
        return cluster.readiness();
    }
}
