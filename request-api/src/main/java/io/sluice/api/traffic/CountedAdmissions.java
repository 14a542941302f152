package io.sluice.api.traffic;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.client.PartitionHealth;
import io.sluice.client.Readiness;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.ExceedAction;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.SettleRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The cluster, with a count of what it answers. An answer out of a lease is there at once, and costs one addition here;
 * all others are counted when they come.
 */
public final class CountedAdmissions implements Admissions {
    private final Admissions admissions;
    private final LongAdder[] counts = new LongAdder[AnswerKind.values().length];

    /** The same cluster; its counts are metrics as well. */
    public CountedAdmissions(Admissions admissions, MeterRegistry registry) {
        this.admissions = admissions;
        for (AnswerKind kind : AnswerKind.values()) {
            LongAdder count = new LongAdder();
            counts[kind.ordinal()] = count;
            FunctionCounter.builder("sluice.http.admissions", count, LongAdder::sum)
                    .description(
                            "Admissions that callers of the data port got an answer to; each check of a batch is one")
                    .tag("answer", kind.wireName())
                    .register(registry);
        }
    }

    long count(AnswerKind kind) {
        return counts[kind.ordinal()].sum();
    }

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(AdmissionRequest request, long deadlineMillis) {
        CompletableFuture<Answer<AdmissionVerdict>> answer = admissions.admit(request, deadlineMillis);
        if (answer.isDone()) {
            counts[kind(answer.join()).ordinal()].increment();
            return answer;
        }
        return answer.thenApply(late -> {
            counts[kind(late).ordinal()].increment();
            return late;
        });
    }

    private static AnswerKind kind(Answer<AdmissionVerdict> answer) {
        AdmissionVerdict verdict = answer.orNull();
        return verdict == null ? withoutVerdict(answer) : kind(verdict.details());
    }

    @Override
    public CompletableFuture<Answer<BatchVerdict>> admitAll(BatchRequest request, long deadlineMillis) {
        return admissions.admitAll(request, deadlineMillis).thenApply(answer -> {
            BatchVerdict verdict = answer.orNull();
            AnswerKind kind = verdict == null ? withoutVerdict(answer) : kind(verdict.details());
            counts[kind.ordinal()].add(request.checks().size());
            return answer;
        });
    }

    private static AnswerKind withoutVerdict(Answer<?> answer) {
        return answer instanceof Answer.Degraded<?> ? AnswerKind.DEGRADED : AnswerKind.UNANSWERED;
    }

    private static AnswerKind kind(@Nullable VerdictDetails details) {
        if (details == null) {
            return AnswerKind.UNANSWERED;
        }
        if (!details.allowed()) {
            return AnswerKind.DENIED;
        }
        return details.action() == ExceedAction.THROTTLE ? AnswerKind.THROTTLED : AnswerKind.ALLOWED;
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
    public List<PartitionHealth> partitions() {
        return admissions.partitions();
    }
}
