package io.sluice.client;

import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;

/**
 * The comparison of two replies to one request: whether they report the same decision.
 *
 * <p>A record that is read again after its decision gets another reply. It repeats the decision, marked as a replay,
 * or says only that there was one. Neither is a difference.
 */
final class ReplyComparison {
    private ReplyComparison() {}

    /** Whether it reports the decision of its record, so that others must report the same. */
    static boolean isDecided(Reply reply) {
        return reply instanceof Verdict
                || reply instanceof BatchVerdict
                || reply instanceof SettlementReply
                || reply instanceof LeaseReply
                || (reply instanceof ProfileReply && !isNoDecision(reply));
    }

    static boolean saysTheSame(ReplyCodec.Read first, ReplyCodec.Read other) {
        Reply one = first.reply();
        Reply two = other.reply();
        if (isNoDecision(one) || isNoDecision(two) || first.equals(other)) {
            return true;
        }
        return first.about().equals(other.about())
                && isRepeated(one) != isRepeated(two)
                && repeated(one).equals(repeated(two));
    }

    /** Says that the record was decided before and not how, or shows how an account is by now. */
    private static boolean isNoDecision(Reply reply) {
        if (reply instanceof Verdict verdict) {
            WireError error = verdict.error();
            return error != null && error.code().equals(WireError.ALREADY_DECIDED);
        }
        if (!(reply instanceof ProfileReply profile)) {
            return false;
        }
        return profile.outcome() instanceof ProfileReply.Refused refused
                ? refused.refusal().code().equals(WireError.ALREADY_DECIDED)
                : profile.outcome() instanceof ProfileReply.Shown shown && !shown.changed();
    }

    private static boolean isRepeated(Reply reply) {
        if (reply instanceof Verdict verdict) {
            VerdictDetails details = verdict.details();
            return details != null && details.replayed();
        }
        if (reply instanceof BatchVerdict batch) {
            return batch.details().replayed();
        }
        Settlement settlement = reply instanceof SettlementReply settled ? settled.settlement() : null;
        return settlement != null && settlement.replayed();
    }

    /** The reply as it is repeated. */
    private static Reply repeated(Reply reply) {
        if (reply instanceof Verdict verdict && verdict.details() != null) {
            return new Verdict(
                    verdict.correlationId(),
                    verdict.decisionId(),
                    verdict.requestId(),
                    repeated(verdict.details()),
                    verdict.error(),
                    verdict.lease());
        }
        if (reply instanceof BatchVerdict batch) {
            return new BatchVerdict(
                    batch.correlationId(),
                    batch.decisionId(),
                    batch.requestId(),
                    batch.refusedCheck(),
                    repeated(batch.details()));
        }
        if (reply instanceof SettlementReply settled && settled.settlement() != null) {
            return new SettlementReply(
                    settled.correlationId(),
                    settled.decisionId(),
                    settled.settlement().repeated(),
                    settled.error());
        }
        return reply;
    }

    private static VerdictDetails repeated(VerdictDetails details) {
        return details.toBuilder().replayed(true).build();
    }
}
