package io.sluice.api.data;

import io.sluice.api.auth.AuthFailures;
import io.sluice.api.auth.Caller;
import io.sluice.api.http.RefusedException;
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
import java.util.function.Supplier;

/**
 * Admissions restricted to one caller's accounts. A request for another account never reaches the cluster; its future
 * fails with a {@link RefusedException}, which carries the answer.
 */
final class AuthorizedAdmissions implements Admissions {
    private final Caller caller;
    private final Admissions admissions;
    private final AuthFailures refusals;

    AuthorizedAdmissions(Caller caller, Admissions admissions, AuthFailures refusals) {
        this.caller = caller;
        this.admissions = admissions;
        this.refusals = refusals;
    }

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(AdmissionRequest request, long deadlineMillis) {
        return checked(request.clientId().account(), () -> admissions.admit(request, deadlineMillis));
    }

    @Override
    public CompletableFuture<Answer<BatchVerdict>> admitAll(BatchRequest request, long deadlineMillis) {
        return checked(request.account(), () -> admissions.admitAll(request, deadlineMillis));
    }

    @Override
    public CompletableFuture<Answer<SettlementReply>> settle(SettleRequest request, long deadlineMillis) {
        return checked(request.clientId().account(), () -> admissions.settle(request, deadlineMillis));
    }

    @Override
    public CompletableFuture<Answer<QuotaReport>> quota(ClientId clientId, long deadlineMillis) {
        return checked(clientId.account(), () -> admissions.quota(clientId, deadlineMillis));
    }

    @Override
    public CompletableFuture<Answer<Explanation>> explain(AdmissionRequest request, long deadlineMillis) {
        return checked(request.clientId().account(), () -> admissions.explain(request, deadlineMillis));
    }

    @Override
    public Readiness readiness() {
        return admissions.readiness();
    }

    private <T> CompletableFuture<T> checked(String account, Supplier<CompletableFuture<T>> ask) {
        if (caller.accounts().covers(account)) {
            return ask.get();
        }
        return CompletableFuture.failedFuture(new RefusedException(refusals.withoutAccount(caller, account)));
    }
}
