package io.sluice.schemas.reply;

import io.sluice.schemas.request.BatchRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One judged batch as analysts see it, exactly once under {@code read_committed}.
 *
 * @param decisionId {@code partition-offset} of the batch in the log
 * @param request what was asked; its reply address is not part of the decision
 * @param refusedCheck the first check that was refused, counted from 0; null if all are allowed
 * @param charges what was taken from each bucket; none for a denial, a look and a replay
 */
public record BatchDecision(
        String decisionId,
        BatchRequest request,
        @Nullable Integer refusedCheck,
        List<BatchCharge> charges,
        Judged judged)
        implements DecisionRecord {

    public BatchDecision {
        charges = List.copyOf(charges);
    }
}
