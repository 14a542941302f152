package io.sluice.schemas.request;

import io.sluice.schemas.WireException;
import org.jspecify.annotations.Nullable;

/**
 * "Let me answer this client's next questions myself": tokens to be debited now and spent by a front end, question by
 * question, until they are used up or their time is over.
 *
 * <p>Of the cost as much is granted as there is; it is for callers that wait. Of what is asked ahead, a share of what is
 * left then. Tokens that nobody has spent are given back by a {@link Tally}; those of a front end that is gone are spent.
 *
 * @param question what the callers ask: who, for what route, with which attributes and priority. Its cost is the sum for
 *     the callers that wait, and may be 0
 * @param aheadTokens tokens for questions to come, 0 to {@link AdmissionRequest#COST_MAX}
 * @param ttlMillis how long they may be spent after the decision, 1 to {@link #TTL_MILLIS_MAX}
 */
public record LeaseRequest(AdmissionRequest question, long aheadTokens, long ttlMillis) implements RequestRecord {
    /** The longest time that a lease may last: it bounds how far an answer can lag behind the log. */
    public static final long TTL_MILLIS_MAX = 60_000;

    /**
     * A request for a lease, if it can be one.
     *
     * @throws WireException naming the first part that is not within the contract
     */
    public static LeaseRequest checked(AdmissionRequest question, long aheadTokens, long ttlMillis)
            throws WireException {
        if (aheadTokens < 0 || aheadTokens > AdmissionRequest.COST_MAX) {
            throw new WireException("ahead", aheadTokens + " (expected: 0.." + AdmissionRequest.COST_MAX + ")");
        }
        if (question.cost() + aheadTokens == 0) {
            throw new WireException("ahead", "0 (expected: at least 1, or a cost)");
        }
        if (ttlMillis < 1 || ttlMillis > TTL_MILLIS_MAX) {
            throw new WireException("ttlMillis", ttlMillis + " (expected: 1.." + TTL_MILLIS_MAX + ")");
        }
        if (question.reserveMillis() > 0 || question.maxWaitMillis() > 0 || question.idempotencyKey() != null) {
            throw new WireException("type", "lease (expected: a question that does not reserve, wait or repeat)");
        }
        return new LeaseRequest(question, aheadTokens, ttlMillis);
    }

    /** The same request with the answer sent to {@code address}. */
    public LeaseRequest repliedTo(ReplyAddress address) {
        return new LeaseRequest(question.repliedTo(address), aheadTokens, ttlMillis);
    }

    @Override
    public @Nullable ReplyAddress reply() {
        return question.reply();
    }
}
