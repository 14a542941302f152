package io.sluice.schemas.reply;

import io.sluice.schemas.WireException;

/**
 * The answer to a request for a lease.
 *
 * @param correlationId the caller's own name for the request
 * @param decisionId {@code partition-offset} of the request in the log: names the lease
 * @param tokens the tokens that were debited and may be spent; 0 if there is no lease
 * @param ttlMillis how long after the decision they may be spent: the requested time, or less if a window ends before;
 *     0 if there is no lease
 * @param details the result of every limit, after the debit; it allows if any tokens were granted
 */
public record LeaseReply(String correlationId, String decisionId, long tokens, long ttlMillis, VerdictDetails details)
        implements Reply {
    public LeaseReply {
        if (!isWhole(tokens, ttlMillis, details)) {
            throw new IllegalArgumentException("tokens: " + shown(tokens, ttlMillis));
        }
    }

    /**
     * A checked lease reply.
     *
     * @throws WireException if tokens, time and verdict contradict each other
     */
    public static LeaseReply checked(
            String correlationId, String decisionId, long tokens, long ttlMillis, VerdictDetails details)
            throws WireException {
        if (!isWhole(tokens, ttlMillis, details)) {
            throw new WireException("tokens", shown(tokens, ttlMillis));
        }
        return new LeaseReply(correlationId, decisionId, tokens, ttlMillis, details);
    }

    private static boolean isWhole(long tokens, long ttlMillis, VerdictDetails details) {
        return details.allowed() ? tokens > 0 && ttlMillis > 0 : tokens == 0 && ttlMillis == 0;
    }

    private static String shown(long tokens, long ttlMillis) {
        return tokens + " for " + ttlMillis + " ms (expected: both if it is allowed, neither if it is denied)";
    }
}
