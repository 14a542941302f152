package io.sluice.schemas.reply;

import io.sluice.schemas.request.LeaseRequest;

/**
 * One lease that was asked for, as analysts see it; how it was used follows in a {@link TallyRecord} of the same ID.
 *
 * @param decisionId {@code partition-offset} of the request in the log: names the lease
 * @param request what was asked; its reply address is not part of the decision
 * @param charged tokens taken from each applying limit; 0 if there is no lease, or no limit applies
 */
public record LeaseRecord(String decisionId, LeaseRequest request, long charged, Judged judged)
        implements DecisionRecord {}
