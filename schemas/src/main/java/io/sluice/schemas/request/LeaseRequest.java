package io.sluice.schemas.request;

import io.sluice.schemas.WireException;

/**
 * "Let me answer this client's next requests myself": tokens to be debited now and spent by a front end, request by
 * request, until they are used up or their time is over.
 *
 * <p>Of the cost as much is granted as there is; it is for callers that wait. Of what is asked ahead, a share of what
 * is left then. Tokens that nobody has spent are given back by a {@link LeaseReport}; those of a front end that is gone
 * are spent.
 *
 * @param admission what the callers ask: who, for what route, with which attributes and priority. Its cost is the sum
 *     for the callers that wait, and may be 0
 * @param prefetchTokens tokens for requests to come; with the cost 1 to {@link AdmissionRequest#COST_MAX}
 * @param ttlMillis how long they may be spent after the decision, 1 to {@link #TTL_MILLIS_MAX}
 */
public record LeaseRequest(AdmissionRequest admission, long prefetchTokens, long ttlMillis) implements Request {
    /** The longest time that a lease may last: it bounds how far an answer can lag behind the log. */
    public static final long TTL_MILLIS_MAX = 60_000;

    private static final String GIVEN = "given (expected: none, only the ledger answers such requests)";

    /**
     * A request for a lease, if it can be one.
     *
     * @throws WireException naming the first part that is not within the contract
     */
    public static LeaseRequest checked(AdmissionRequest admission, long prefetchTokens, long ttlMillis)
            throws WireException {
        long prefetchMin = admission.cost() == 0 ? 1 : 0;
        long prefetchMax = AdmissionRequest.COST_MAX - admission.cost();
        if (prefetchTokens < prefetchMin || prefetchTokens > prefetchMax) {
            throw new WireException(
                    "prefetch", prefetchTokens + " (expected: " + prefetchMin + ".." + prefetchMax + ")");
        }
        if (ttlMillis < 1 || ttlMillis > TTL_MILLIS_MAX) {
            throw new WireException("ttlMillis", ttlMillis + " (expected: 1.." + TTL_MILLIS_MAX + ")");
        }
        checkLocal(admission);
        return new LeaseRequest(admission, prefetchTokens, ttlMillis);
    }

    /** Refuses a request that only the ledger can answer. */
    static void checkLocal(AdmissionRequest admission) throws WireException {
        String field = admission.onlyLedgerAnswers();
        if (field != null) {
            throw new WireException(field, GIVEN);
        }
    }

    @Override
    public ClientId clientId() {
        return admission.clientId();
    }
}
