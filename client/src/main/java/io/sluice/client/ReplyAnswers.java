package io.sluice.client;

import io.sluice.client.PendingReplies.Arrival;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;

/** From what arrived to what callers are told, where no failure policy has a say. */
final class ReplyAnswers {
    private ReplyAnswers() {}

    /** A request that breaks the contract is answered by a verdict, whatever it was. */
    static SettlementAnswer settlement(Arrival arrival) {
        if (arrival.reply() instanceof SettlementReply reply) {
            return new SettlementAnswer.Answered(reply);
        }
        return arrival.reply() instanceof Verdict verdict && verdict.error() != null
                ? new SettlementAnswer.Answered(new SettlementReply(
                        verdict.correlationId(), verdict.decisionId(), /* settlement= */ null, verdict.error()))
                : new SettlementAnswer.Unavailable(detail(arrival));
    }

    static QuotaAnswer quota(Arrival arrival) {
        return arrival.reply() instanceof QuotaReport report
                ? new QuotaAnswer.Answered(report)
                : new QuotaAnswer.Unavailable(detail(arrival));
    }

    static ExplainAnswer explanation(Arrival arrival) {
        if (arrival.reply() instanceof Explanation explanation) {
            return new ExplainAnswer.Answered(explanation);
        }
        return arrival.reply() instanceof Verdict verdict && verdict.error() != null
                ? new ExplainAnswer.Refused(verdict.error())
                : new ExplainAnswer.Unavailable(detail(arrival));
    }

    static LeaseAnswer lease(Arrival arrival) {
        return arrival.reply() instanceof LeaseReply reply
                ? new LeaseAnswer.Answered(reply)
                : new LeaseAnswer.Unavailable(detail(arrival));
    }

    static String detail(Arrival arrival) {
        return arrival.failure() == null ? "the reply is of another kind than the question" : arrival.failure();
    }
}
