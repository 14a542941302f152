package io.sluice.schemas.reply;

import io.sluice.schemas.request.LeaseRequest;

/**
 * The decision record of one request for a lease, for analysts; a {@link LeaseReportRecord} with the same ID reports
 * its use.
 *
 * @param decisionId {@code partition-offset} of the request in the log: names the lease
 * @param request the lease request; its reply address is not part of the decision
 * @param granted tokens that may be spent; 0 if there is no lease
 * @param charged tokens taken from each applying limit: as many as are granted, or 0 if no limit applies
 * @param details the result of every limit; it answers no caller
 */
public record LeaseRecord(String decisionId, LeaseRequest request, long granted, long charged, VerdictDetails details)
        implements DecisionRecord {

    public LeaseRecord {
        if (granted < 0 || details.allowed() != granted > 0 || (charged != granted && charged != 0)) {
            throw new IllegalArgumentException("granted: " + granted + ", charged: " + charged
                    + " (expected: the same or nothing charged, and some granted if it is allowed)");
        }
    }

    /** It answered no caller: requests answered out of the lease are counted at its end. */
    @Override
    public long allowed() {
        return 0;
    }

    @Override
    public long denied() {
        return 0;
    }
}
