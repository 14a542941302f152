package io.sluice.replay.audit;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.reply.BatchDecision;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.LeaseRecord;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.reply.SettlementRecord;
import io.sluice.schemas.request.DecisionId;
import org.jspecify.annotations.Nullable;

/**
 * What a record of the decision topic is about: a request, or a hold that expired. No two of a log have the same.
 *
 * @param text the decision ID; for the end of a hold that nobody ended, which hold it was
 * @param offset of the request; -1 for the end of a hold that nobody ended
 * @param account the account that it concerns
 * @param decidedAtMillis the partition's time
 */
record DecisionName(String text, long offset, String account, long decidedAtMillis) {
    private static final long NO_OFFSET = -1;

    static DecisionName of(byte[] value) throws WireException {
        return of(DecisionCodec.read(value));
    }

    private static DecisionName of(DecisionRecord record) throws WireException {
        if (record instanceof Decision decision) {
            return named(
                    decision.decisionId(),
                    decision.request().clientId().account(),
                    decision.details().decidedAtMillis());
        }
        if (record instanceof BatchDecision batch) {
            return named(
                    batch.decisionId(),
                    batch.request().account(),
                    batch.details().decidedAtMillis());
        }
        if (record instanceof LeaseRecord lease) {
            return named(
                    lease.decisionId(),
                    lease.request().clientId().account(),
                    lease.details().decidedAtMillis());
        }
        if (record instanceof LeaseReportRecord report) {
            return named(
                    report.decisionId(),
                    "lease " + report.leaseId(),
                    report.clientId().account(),
                    report.decidedAtMillis());
        }
        SettlementRecord end = (SettlementRecord) record;
        return named(
                end.decisionId(),
                (end.settlement().slots() ? "slots " : "reservation ")
                        + end.settlement().holdId(),
                end.settlement().clientId().account(),
                end.settlement().decidedAtMillis());
    }

    private static DecisionName named(String decisionId, String account, long decidedAtMillis) throws WireException {
        return named(decisionId, "", account, decidedAtMillis);
    }

    private static DecisionName named(@Nullable String decisionId, String hold, String account, long decidedAtMillis)
            throws WireException {
        return decisionId == null
                ? new DecisionName("expired " + hold, NO_OFFSET, account, decidedAtMillis)
                : new DecisionName(
                        decisionId, DecisionId.parse("decisionId", decisionId).offset(), account, decidedAtMillis);
    }

    boolean isExpiry() {
        return offset == NO_OFFSET;
    }
}
