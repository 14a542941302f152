package io.sluice.client;

import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.SettleRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A base class that forwards each call to another {@link Admissions}, unless a subclass changes it. A check that must
 * cover every call does not extend this, so that the compiler demands it for each new call.
 */
public abstract class ForwardingAdmissions implements Admissions {
    private final Admissions admissions;

    protected ForwardingAdmissions(Admissions admissions) {
        this.admissions = admissions;
    }

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(AdmissionRequest request, long deadlineMillis) {
        return admissions.admit(request, deadlineMillis);
    }

    @Override
    public CompletableFuture<Answer<BatchVerdict>> admitAll(BatchRequest request, long deadlineMillis) {
        return admissions.admitAll(request, deadlineMillis);
    }

    @Override
    public CompletableFuture<Answer<SettlementReply>> settle(SettleRequest request, long deadlineMillis) {
        return admissions.settle(request, deadlineMillis);
    }

    @Override
    public CompletableFuture<Answer<QuotaReport>> quota(ClientId clientId, long deadlineMillis) {
        return admissions.quota(clientId, deadlineMillis);
    }

    @Override
    public CompletableFuture<Answer<Explanation>> explain(AdmissionRequest request, long deadlineMillis) {
        return admissions.explain(request, deadlineMillis);
    }

    @Override
    public Readiness readiness() {
        return admissions.readiness();
    }

    @Override
    public void stopWaiting() {
        admissions.stopWaiting();
    }

    @Override
    public List<PartitionHealth> partitions() {
        return admissions.partitions();
    }
}
