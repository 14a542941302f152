package io.sluice.api.data;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.client.ChallengeTokens;
import io.sluice.client.ForwardingAdmissions;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import java.util.concurrent.CompletableFuture;

/** Admissions that add a challenge token to each verdict of a penalty that asks for a challenge. */
public final class ChallengingAdmissions extends ForwardingAdmissions {
    private final ChallengeTokens tokens;

    public ChallengingAdmissions(Admissions admissions, ChallengeTokens tokens) {
        super(admissions);
        this.tokens = tokens;
    }

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(AdmissionRequest request, long deadlineMillis) {
        return super.admit(request, deadlineMillis)
                .thenApply(answer -> challenged(answer, request.clientId().account()));
    }

    private Answer<AdmissionVerdict> challenged(Answer<AdmissionVerdict> answer, String account) {
        if (!(answer.orNull() instanceof AdmissionVerdict.Recorded recorded)) {
            return answer;
        }
        Verdict verdict = recorded.verdict();
        VerdictDetails details = verdict.details();
        if (details == null || details.penalty() == null) {
            return answer;
        }
        return new Answer.Answered<>(new AdmissionVerdict.Recorded(Verdict.details(
                verdict.correlationId(), verdict.decisionId(), verdict.requestId(), tokens.added(details, account))));
    }

    @Override
    public CompletableFuture<Answer<BatchVerdict>> admitAll(BatchRequest request, long deadlineMillis) {
        return super.admitAll(request, deadlineMillis).thenApply(answer -> challengedBatch(answer, request.account()));
    }

    private Answer<BatchVerdict> challengedBatch(Answer<BatchVerdict> answer, String account) {
        BatchVerdict verdict = answer.orNull();
        return verdict == null || verdict.details().penalty() == null
                ? answer
                : new Answer.Answered<>(new BatchVerdict(
                        verdict.correlationId(),
                        verdict.decisionId(),
                        verdict.requestId(),
                        verdict.refusedCheck(),
                        tokens.added(verdict.details(), account)));
    }
}
