package io.sluice.schemas.request;

import io.sluice.schemas.WireException;
import org.jspecify.annotations.Nullable;

/**
 * A report of requests that a front end has answered by itself: the end of a lease, or repeated denials. It gets no
 * reply; its effect is on the decision topic.
 *
 * @param admission the request that was answered; its cost is 0
 * @param leaseId the lease that ends with this, by the decision ID of its grant; null if there was none
 * @param spentTokens tokens of the lease that were spent; the rest is given back
 * @param allowed requests that were allowed out of the lease
 * @param denied requests that were denied without the ledger
 */
public record LeaseReport(
        AdmissionRequest admission, @Nullable DecisionId leaseId, long spentTokens, long allowed, long denied)
        implements Request {

    /**
     * A checked lease report.
     *
     * @throws WireException naming the first part that is not within the contract
     */
    public static LeaseReport checked(
            AdmissionRequest admission, @Nullable DecisionId leaseId, long spentTokens, long allowed, long denied)
            throws WireException {
        if (admission.cost() != 0) {
            throw new WireException("cost", admission.cost() + " (expected: 0, a lease report takes nothing)");
        }
        LeaseRequest.checkLocal(admission);
        long spentMax = leaseId == null ? 0 : AdmissionRequest.COST_MAX;
        check("spent", spentTokens, spentMax);
        check("allowed", allowed, spentTokens);
        check("denied", denied, AdmissionRequest.COST_MAX);
        return new LeaseReport(admission, leaseId, spentTokens, allowed, denied);
    }

    private static void check(String field, long number, long max) throws WireException {
        if (number < 0 || number > max) {
            throw new WireException(field, number + " (expected: 0.." + max + ")");
        }
    }

    @Override
    public ClientId clientId() {
        return admission.clientId();
    }
}
