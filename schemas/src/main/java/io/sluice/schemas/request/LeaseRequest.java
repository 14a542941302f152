package io.sluice.schemas.request;

import io.sluice.schemas.WireException;

/**
 * A front end's request for a lease: tokens that are debited now. The front end spends them, request by request,
 * until they are used up or expire.
 *
 * <p>The cost is for waiting callers: it is granted as far as the buckets have tokens. The prefetch is granted up to
 * a share of what is left after that. A {@link LeaseReport} gives unspent tokens back; if the front end dies, they
 * count as spent.
 *
 * @param admission the callers' request: client, route, attributes and priority. Its cost is the sum for the callers
 *     that wait, and may be 0
 * @param prefetchTokens tokens for requests to come; with the cost 1 to {@link AdmissionRequest#COST_MAX}
 * @param ttlMillis how long they may be spent after the decision, 1 to {@link #TTL_MILLIS_MAX}
 */
public record LeaseRequest(AdmissionRequest admission, long prefetchTokens, long ttlMillis) implements Request {
    /** The longest time that a lease may last: it bounds how far an answer can lag behind the log. */
    public static final long TTL_MILLIS_MAX = 60_000;

    private static final String GIVEN = "given (expected: none, only the ledger answers such requests)";

    /**
     * A checked request for a lease.
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
