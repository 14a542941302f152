package io.sluice.api.traffic;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.client.ForwardingAdmissions;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Admissions that count their answers. An answer out of a lease is counted at once, with one addition; all others
 * when they come.
 */
public final class CountedAdmissions extends ForwardingAdmissions {
    private final LongAdder[] counts = new LongAdder[AnswerKind.values().length];
    private final LimitTraffic limits;

    /** The same cluster; its counts are metrics as well. */
    public CountedAdmissions(Admissions admissions, MeterRegistry registry) {
        super(admissions);
        this.limits = new LimitTraffic(registry, System.currentTimeMillis());
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

    /** The same, limit by limit. */
    LimitTraffic limits() {
        return limits;
    }

    long count(AnswerKind kind) {
        return counts[kind.ordinal()].sum();
    }

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(AdmissionRequest request, long deadlineMillis) {
        CompletableFuture<Answer<AdmissionVerdict>> answer = super.admit(request, deadlineMillis);
        if (answer.isDone()) {
            take(request, answer.join());
            return answer;
        }
        return answer.thenApply(late -> {
            take(request, late);
            return late;
        });
    }

    private void take(AdmissionRequest request, Answer<AdmissionVerdict> answer) {
        AdmissionVerdict verdict = answer.orNull();
        AnswerKind kind = verdict == null ? withoutVerdict(answer) : kind(verdict.details());
        counts[kind.ordinal()].increment();
        if (verdict != null) {
            limits.take(request.clientId().account(), verdict.details());
        }
    }

    @Override
    public CompletableFuture<Answer<BatchVerdict>> admitAll(BatchRequest request, long deadlineMillis) {
        return super.admitAll(request, deadlineMillis).thenApply(answer -> {
            BatchVerdict verdict = answer.orNull();
            AnswerKind kind = verdict == null ? withoutVerdict(answer) : kind(verdict.details());
            counts[kind.ordinal()].add(request.checks().size());
            if (verdict != null) {
                limits.take(request.checks().get(0).clientId().account(), verdict.details());
            }
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
        return details.throttled() ? AnswerKind.THROTTLED : AnswerKind.ALLOWED;
    }
}
