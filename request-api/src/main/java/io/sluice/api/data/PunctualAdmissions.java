package io.sluice.api.data;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
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
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/**
 * The cluster for callers of a front end that may read late: what a request has waited unread is part of its deadline.
 *
 * <p>One whose deadline is over before it is read is refused, and not sent. So a front end that is overloaded itself
 * gives its processors to reading first. Commits, cancels and releases are sent in any case.
 */
public final class PunctualAdmissions implements Admissions {
    /** A lag that every busy machine has now and then. */
    static final long LAG_IGNORED_MILLIS = 200;

    private final Admissions admissions;
    private final LongSupplier lagMillis;
    private final Counter late;

    public PunctualAdmissions(Admissions admissions, LongSupplier lagMillis, MeterRegistry registry) {
        this.admissions = admissions;
        this.lagMillis = lagMillis;
        this.late = Counter.builder("sluice.http.requests.late")
                .description("Requests refused because they were read after their deadline")
                .register(registry);
    }

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(AdmissionRequest request, long deadlineMillis) {
        return inTime(deadlineMillis, request.maxWaitMillis(), left -> admissions.admit(request, left));
    }

    @Override
    public CompletableFuture<Answer<BatchVerdict>> admitAll(BatchRequest request, long deadlineMillis) {
        return inTime(deadlineMillis, 0, left -> admissions.admitAll(request, left));
    }

    @Override
    public CompletableFuture<Answer<SettlementReply>> settle(SettleRequest request, long deadlineMillis) {
        return admissions.settle(request, deadlineMillis);
    }

    @Override
    public CompletableFuture<Answer<QuotaReport>> quota(ClientId clientId, long deadlineMillis) {
        return inTime(deadlineMillis, 0, left -> admissions.quota(clientId, left));
    }

    @Override
    public CompletableFuture<Answer<Explanation>> explain(AdmissionRequest request, long deadlineMillis) {
        return inTime(deadlineMillis, 0, left -> admissions.explain(request, left));
    }

    @Override
    public Readiness readiness() {
        return admissions.readiness();
    }

    private <T> CompletableFuture<Answer<T>> inTime(
            long deadlineMillis, long waitMillis, LongFunction<CompletableFuture<Answer<T>>> ask) {
        long lag = lagMillis.getAsLong();
        if (lag < LAG_IGNORED_MILLIS || deadlineMillis <= waitMillis) {
            return ask.apply(deadlineMillis);
        }
        if (deadlineMillis - lag > waitMillis) {
            return ask.apply(deadlineMillis - lag);
        }
        late.increment();
        return CompletableFuture.completedFuture(new Answer.Unavailable<>(
                "overloaded: read " + lag + " ms late (expected: within " + (deadlineMillis - waitMillis) + ")"));
    }
}
