package io.sluice.client;

import io.sluice.client.PendingReplies.Arrival;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;

/** Turns replies into answers to callers, where no failure policy applies. */
final class ReplyAnswers {
    private ReplyAnswers() {}

    /** A request that breaks the contract is answered by a verdict, whatever it was. */
    static Answer<SettlementReply> settlement(Arrival arrival) {
        if (arrival.reply() instanceof SettlementReply reply) {
            return new Answer.Answered<>(reply);
        }
        return arrival.reply() instanceof Verdict verdict && verdict.error() != null
                ? new Answer.Answered<>(new SettlementReply(
                        verdict.correlationId(), verdict.decisionId(), /* settlement= */ null, verdict.error()))
                : new Answer.Unavailable<>(detail(arrival));
    }

    static Answer<QuotaReport> quota(Arrival arrival) {
        return arrival.reply() instanceof QuotaReport report
                ? new Answer.Answered<>(report)
                : new Answer.Unavailable<>(detail(arrival));
    }

    static Answer<Explanation> explanation(Arrival arrival) {
        if (arrival.reply() instanceof Explanation explanation) {
            return new Answer.Answered<>(explanation);
        }
        return arrival.reply() instanceof Verdict verdict && verdict.error() != null
                ? new Answer.Refused<>(verdict.error())
                : new Answer.Unavailable<>(detail(arrival));
    }

    static Answer<LeaseReply> lease(Arrival arrival) {
        return arrival.reply() instanceof LeaseReply reply
                ? new Answer.Answered<>(reply)
                : new Answer.Unavailable<>(detail(arrival));
    }

    static String detail(Arrival arrival) {
        return arrival.failure() == null ? "the reply is of another kind than the request" : arrival.failure();
    }
}
