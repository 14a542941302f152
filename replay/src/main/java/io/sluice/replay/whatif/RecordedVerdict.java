package io.sluice.replay.whatif;

import io.sluice.schemas.reply.BatchDecision;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.LeaseRecord;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import org.jspecify.annotations.Nullable;

/**
 * A record of the decision topic that has a verdict.
 *
 * @param decisionId names it
 * @param account the account
 * @param clientId who asked
 * @param amounts what was asked for; no requests for a lease, which answers no caller
 * @param source the record
 */
public record RecordedVerdict(
        String decisionId,
        String account,
        String clientId,
        Amounts amounts,
        VerdictDetails details,
        DecisionRecord source) {
    /** The verdict of a record; null if it has none. */
    static @Nullable RecordedVerdict of(DecisionRecord record) {
        if (record instanceof Decision decision) {
            AdmissionRequest request = decision.request();
            return new RecordedVerdict(
                    decision.decisionId(),
                    request.clientId().account(),
                    request.clientId().text(),
                    new Amounts(1, request.cost()),
                    decision.details(),
                    record);
        }
        if (record instanceof BatchDecision batch) {
            return new RecordedVerdict(
                    batch.decisionId(),
                    batch.request().account(),
                    batch.request().checks().get(0).clientId().text(),
                    new Amounts(
                            batch.request().checks().size(),
                            batch.request().checks().stream()
                                    .mapToLong(AdmissionRequest::cost)
                                    .sum()),
                    batch.details(),
                    record);
        }
        if (record instanceof LeaseRecord lease) {
            return new RecordedVerdict(
                    lease.decisionId(),
                    lease.request().clientId().account(),
                    lease.request().clientId().text(),
                    Amounts.NONE,
                    lease.details(),
                    record);
        }
        return null;
    }

    boolean allowed() {
        return details.allowed();
    }

    /** What refuses it: a limit, or in brackets something else. */
    public String cause() {
        LimitStatus deciding = details.decidingLimit();
        return deciding == null ? "(" + details.reasonCode() + ")" : deciding.id();
    }
}
