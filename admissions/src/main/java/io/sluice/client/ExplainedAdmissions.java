package io.sluice.client;

import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.HoldNames;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import java.util.concurrent.CompletableFuture;

/**
 * Admissions for a warm-up, which are only explained. An explanation goes through Kafka and the ledger like every
 * request, but takes no token and leaves no record.
 */
public final class ExplainedAdmissions extends ForwardingAdmissions {
    public ExplainedAdmissions(Admissions cluster) {
        super(cluster);
    }

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(AdmissionRequest request, long deadlineMillis) {
        return explain(request, deadlineMillis).thenApply(ExplainedAdmissions::verdict);
    }

    private static Answer<AdmissionVerdict> verdict(Answer<Explanation> answer) {
        Explanation explanation = answer.orNull();
        if (explanation == null) {
            return new Answer.Unavailable<>("no explanation in time");
        }
        // It names what the request would hold; nothing does, so that there is nothing to settle.
        VerdictDetails details =
                explanation.details().toBuilder().held(HoldNames.NOTHING).build();
        return new Answer.Answered<>(
                new AdmissionVerdict.Local(null, details, new AdmissionVerdict.Denial(explanation.correlationId())));
    }
}
