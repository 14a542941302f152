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
 * Another {@link Admissions} under each of its calls: what a subclass does not change goes there as it is. A check that
 * no call may go around does not extend this, so that a new call has to say how it is checked.
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
