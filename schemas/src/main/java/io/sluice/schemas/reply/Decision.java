package io.sluice.schemas.reply;

import io.sluice.schemas.request.AdmissionRequest;

/**
 * One decided admission as analysts see it: the request and the answer, exactly once under {@code read_committed}.
 *
 * @param decisionId {@code partition-offset} of the request in the log
 * @param request the admission request
 * @param charged tokens taken from each applying limit; 0 for a denial, a peek and a replay; below 0 for a refund.
 *     Where limits differ, that of the limit that was charged, or got back, the most
 */
public record Decision(String decisionId, AdmissionRequest request, long charged, VerdictDetails details)
        implements DecisionRecord {
    @Override
    public long allowed() {
        return details.allowed() ? 1 : 0;
    }

    @Override
    public long denied() {
        return details.allowed() ? 0 : 1;
    }
}
