package io.sluice.schemas.reply;

/**
 * The answer to a request for a lease.
 *
 * @param correlationId the caller's own name for the question
 * @param decisionId {@code partition-offset} of the request in the log: names the lease
 * @param tokens what was debited and may be spent; 0 if there is no lease
 * @param ttlMillis how long after the decision they may be spent: what was asked, or less if a window ends before; 0 if
 *     there is no lease
 * @param judged what every limit said, after the debit; it allows if anything was granted
 */
public record LeaseReply(String correlationId, String decisionId, long tokens, long ttlMillis, Judged judged)
        implements Reply {
    public LeaseReply {
        if ((tokens > 0) != judged.allowed() || (tokens > 0) != (ttlMillis > 0)) {
            throw new IllegalArgumentException(
                    "tokens: " + tokens + " for " + ttlMillis + " ms (expected: both, or a refusal)");
        }
    }
}
