package io.sluice.gateway.quota;

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
import org.jspecify.annotations.Nullable;

/** The model of the ledger as a client has it, in real time, answering at once. */
final class ModelLeases implements LeaseService {
    private final ModelQuotaLedger model = new ModelQuotaLedger(1_000, 10);
    private final long startedNanos = System.nanoTime();
    private volatile @Nullable Listener listener;
    private int failures;

    private long millis() {
        return (System.nanoTime() - startedNanos) / 1_000_000;
    }

    synchronized ModelQuotaLedger model() {
        return model;
    }

    /** Puts the client on a deny list. */
    synchronized void denyListed() {
        model.listed(true);
    }

    /** The next request for a lease fails. */
    synchronized void failOnce() {
        failures++;
    }

    Listener listener() {
        Listener known = listener;
        if (known == null) {
            throw new IllegalStateException("nobody listens");
        }
        return known;
    }

    @Override
    public synchronized CompletableFuture<Answer<LeaseReply>> lease(
            LeaseRequest request, long deadlineMillis, Late<LeaseReply> late) {
        if (failures > 0) {
            failures--;
            throw new StackOverflowError("test");
        }
        return CompletableFuture.completedFuture(model.lease(request, millis()));
    }

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(
            AdmissionRequest request, long deadlineMillis, Late<AdmissionVerdict.Recorded> late) {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized void report(LeaseReport report) {
        model.report(report, millis());
    }

    @Override
    public void listen(Listener newListener) {
        listener = newListener;
    }

    /** Ordinary admissions: only those. */
    Admissions admissions() {
        return new Admissions() {
            @Override
            public CompletableFuture<Answer<AdmissionVerdict>> admit(AdmissionRequest request, long deadlineMillis) {
                synchronized (ModelLeases.this) {
                    return CompletableFuture.completedFuture(model.admit(request, millis()));
                }
            }

            @Override
            public CompletableFuture<Answer<BatchVerdict>> admitAll(BatchRequest request, long deadlineMillis) {
                throw new UnsupportedOperationException();
            }

            @Override
            public CompletableFuture<Answer<SettlementReply>> settle(SettleRequest request, long deadlineMillis) {
                throw new UnsupportedOperationException();
            }

            @Override
            public CompletableFuture<Answer<QuotaReport>> quota(ClientId clientId, long deadlineMillis) {
                throw new UnsupportedOperationException();
            }

            @Override
            public CompletableFuture<Answer<Explanation>> explain(AdmissionRequest request, long deadlineMillis) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Readiness readiness() {
                throw new UnsupportedOperationException();
            }
        };
    }
}
