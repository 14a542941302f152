package io.sluice.perf.traces;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.client.LeaseService;
import io.sluice.client.Readiness;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.SettleRequest;
import java.util.concurrent.CompletableFuture;

/** Answers every admission at once with the same answer, and nothing else: what is left is what stands before it. */
final class InstantAdmissions implements Admissions, LeaseService {
    private final CompletableFuture<Answer<AdmissionVerdict>> answer =
            CompletableFuture.completedFuture(new Answer.Degraded<>(/* allowed= */ true, "measured"));

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(AdmissionRequest request, long deadlineMillis) {
        return answer;
    }

    private static <T> CompletableFuture<Answer<T>> none() {
        return CompletableFuture.completedFuture(new Answer.Unavailable<>("only admissions are measured"));
    }

    @Override
    public CompletableFuture<Answer<BatchVerdict>> admitAll(BatchRequest request, long deadlineMillis) {
        return none();
    }

    @Override
    public CompletableFuture<Answer<SettlementReply>> settle(SettleRequest request, long deadlineMillis) {
        return none();
    }

    @Override
    public CompletableFuture<Answer<QuotaReport>> quota(ClientId clientId, long deadlineMillis) {
        return none();
    }

    @Override
    public CompletableFuture<Answer<Explanation>> explain(AdmissionRequest request, long deadlineMillis) {
        return none();
    }

    @Override
    public CompletableFuture<Answer<LeaseReply>> lease(
            LeaseRequest request, long deadlineMillis, Late<LeaseReply> late) {
        return none();
    }

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(
            AdmissionRequest request, long deadlineMillis, Late<AdmissionVerdict.Recorded> late) {
        return answer;
    }

    @Override
    public void report(LeaseReport report) {
        // Nothing was lent.
    }

    @Override
    public void listen(Listener listener) {
        // Nothing is ever revoked.
    }

    @Override
    public Readiness readiness() {
        return new Readiness(true, "");
    }
}
