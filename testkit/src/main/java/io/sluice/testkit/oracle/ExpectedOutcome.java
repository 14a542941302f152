package io.sluice.testkit.oracle;

import io.sluice.engine.ledger.AdmissionResult;
import io.sluice.engine.ruleset.Scope;
import io.sluice.engine.state.Outcome;
import io.sluice.schemas.alert.ThresholdAlert;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.LeaseTerms;
import io.sluice.schemas.request.ReplyAddress;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The expected decision on one admission request.
 *
 * @param decisionId {@code partition-offset} of the request
 * @param request the request
 * @param reply the reply address; null if there is none
 * @param result the ledger's result
 * @param terms what the verdict says of a lease; null for nothing
 */
public record ExpectedOutcome(
        String decisionId,
        AdmissionRequest request,
        @Nullable ReplyAddress reply,
        AdmissionResult result,
        @Nullable LeaseTerms terms) {

    /** The answer, or null if the idempotency key was reused for another request. */
    public @Nullable Outcome outcome() {
        if (result instanceof AdmissionResult.Decided decided) {
            return decided.outcome();
        }
        return result instanceof AdmissionResult.Replayed replay ? replay.outcome() : null;
    }

    public boolean replayed() {
        return result instanceof AdmissionResult.Replayed;
    }

    /** Whether the decision topic must contain it. */
    public boolean leavesDecision() {
        return result instanceof AdmissionResult.Decided || result instanceof AdmissionResult.Replayed;
    }

    /** Tokens that this record took from every applying limit: for the request, and for the lease beside it. */
    public long charged() {
        long own = result instanceof AdmissionResult.Decided decided
                ? decided.outcome().charged()
                : 0;
        return own == 0 ? own : own + lentTokens();
    }

    /** Tokens of the lease beside the verdict. */
    long lentTokens() {
        return terms == null ? 0 : terms.tokens();
    }

    /** The lease beside the verdict; null for none. */
    @Nullable LeaseTerms lent() {
        return lentTokens() == 0 ? null : terms;
    }

    /** The thresholds that the charge crosses. */
    Stream<ThresholdAlert> alerts() {
        return result instanceof AdmissionResult.Decided decided
                ? alerts(decisionId, request.clientId().account(), decided)
                : Stream.empty();
    }

    /** The thresholds that one decision of an account crosses. */
    static Stream<ThresholdAlert> alerts(String decisionId, String account, AdmissionResult.Decided decided) {
        return decided.alerts().stream()
                .map(alert -> new ThresholdAlert(
                        decisionId,
                        account,
                        alert.limitId(),
                        Scope.display(alert.scope()),
                        alert.thresholdPerMille(),
                        alert.used(),
                        alert.capacity(),
                        alert.enforced(),
                        decided.outcome().revision(),
                        decided.outcome().decidedAtMillis()));
    }

    /** Whether it is a first answer that allows a request with a cost. */
    public boolean admits() {
        return result instanceof AdmissionResult.Decided decided
                && decided.outcome().allowed()
                && request.cost() >= 1;
    }
}
