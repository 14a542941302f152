package io.sluice.testkit.oracle;

import io.sluice.engine.ledger.Judgement;
import io.sluice.engine.ledger.Outcome;
import io.sluice.engine.ruleset.Scope;
import io.sluice.schemas.alert.ThresholdAlert;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ReplyAddress;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What must have been decided on one admission request.
 *
 * @param decisionId {@code partition-offset} of the request
 * @param request the question
 * @param reply where its answer goes; null for nowhere
 * @param judgement the ledger's judgement
 */
public record ExpectedOutcome(
        String decisionId,
        AdmissionRequest request,
        @Nullable ReplyAddress reply,
        Judgement judgement) {

    /** The answer, or null if the idempotency key was reused for another question. */
    public @Nullable Outcome outcome() {
        if (judgement instanceof Judgement.Decided decided) {
            return decided.outcome();
        }
        return judgement instanceof Judgement.Replayed replay ? replay.outcome() : null;
    }

    public boolean replayed() {
        return judgement instanceof Judgement.Replayed;
    }

    /** Whether the decision topic must hold it. */
    public boolean leavesDecision() {
        return !(judgement instanceof Judgement.KeyReused);
    }

    /** Tokens that this record took from every applying limit. */
    public long charged() {
        return judgement instanceof Judgement.Decided decided
                ? decided.outcome().charged()
                : 0;
    }

    /** The thresholds that it crosses. */
    Stream<ThresholdAlert> alerts() {
        return judgement instanceof Judgement.Decided decided
                ? alerts(decisionId, request.clientId().account(), decided)
                : Stream.empty();
    }

    /** The thresholds that one decision of an account crosses. */
    static Stream<ThresholdAlert> alerts(String decisionId, String account, Judgement.Decided decided) {
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

    /** Whether it is a first answer that lets through something that costs. */
    public boolean admits() {
        return judgement instanceof Judgement.Decided decided
                && decided.outcome().allowed()
                && request.cost() >= 1;
    }
}
