package io.sluice.schemas.reply;

import io.sluice.schemas.request.BatchRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The decision record of one batch, for analysts; it exists exactly once under {@code read_committed}.
 *
 * @param decisionId {@code partition-offset} of the batch in the log
 * @param request the batch request
 * @param refusedCheck the first check that was refused, counted from 0; null if all are allowed
 * @param charges the tokens taken from each bucket; none for a denial, a peek and a replay
 * @param charged the tokens for all checks together: the sum of what each of them alone would report
 */
public record BatchDecision(
        String decisionId,
        BatchRequest request,
        @Nullable Integer refusedCheck,
        List<BatchCharge> charges,
        long charged,
        VerdictDetails details)
        implements DecisionRecord {

    public BatchDecision {
        charges = List.copyOf(charges);
    }

    /** Each check is a request of its own, and all of them get the same answer. */
    @Override
    public long allowed() {
        return details.allowed() ? request.checks().size() : 0;
    }

    @Override
    public long denied() {
        return details.allowed() ? 0 : request.checks().size();
    }
}
