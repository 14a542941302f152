package io.sluice.streams.admission;

import io.sluice.engine.ledger.Judgement;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.Outcome;
import io.sluice.engine.ruleset.Admission;
import io.sluice.schemas.codec.AnsweredPair;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.Judged;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ReplyAddress;

/** Decides admissions; each leaves one record on the decision topic. */
final class AdmissionDesk {
    private final int partition;
    private final Ledger ledger;
    private final Output output;
    private final AdmissionMetrics metrics;

    AdmissionDesk(int partition, Ledger ledger, Output output, AdmissionMetrics metrics) {
        this.partition = partition;
        this.ledger = ledger;
        this.output = output;
        this.metrics = metrics;
    }

    Decided decide(AdmissionRequest request, RequestContext at) {
        Admission admission = EngineMapping.admission(request);
        if (ledger.timeline().active().hasUnreadableAddress(admission)) {
            metrics.unreadableAddress();
        }
        Judgement judgement = ledger.decide(
                admission, request.idempotencyKey(), at.nowMillis(), at.id().offset());
        if (judgement instanceof Judgement.KeyReused reused) {
            output.error(
                    at,
                    request.clientId().text(),
                    new WireError(
                            WireError.IDEMPOTENCY_KEY_REUSED,
                            "idempotencyKey",
                            "used for another question at " + reused.firstUsedAtMillis()
                                    + " (expected: the same question)"));
            return Decided.NO_CHANGE;
        }
        boolean replayed = judgement instanceof Judgement.Replayed;
        Outcome outcome = judgement instanceof Judgement.Decided decided
                ? decided.outcome()
                : ((Judgement.Replayed) judgement).outcome();
        Judged judged = EngineMapping.judged(outcome, replayed, partition, request);
        String decisionId = at.id().text();
        ReplyAddress address = at.reply();
        AnsweredPair encoded =
                AnsweredPair.of(new Decision(decisionId, request, replayed ? 0 : outcome.charged(), judged), address);
        output.decision(at.key(), encoded.decision());
        byte[] verdict = encoded.verdict();
        if (address != null && verdict != null) {
            output.reply(address, verdict);
        }
        output.alerts(judgement, decisionId, request.clientId().account());
        return new Decided(() -> ledger.apply(judgement), () -> {
            if (replayed) {
                metrics.replayed();
            } else {
                metrics.decided(outcome);
            }
        });
    }

    /** Repeats the verdict on an admission that was decided before, if it is remembered; returns whether it is. */
    boolean repeats(AdmissionRequest request, RequestContext at) {
        ReplyAddress address = at.reply();
        if (address == null || request.idempotencyKey() == null) {
            return false;
        }
        Judgement judgement = ledger.decide(
                EngineMapping.admission(request),
                request.idempotencyKey(),
                at.nowMillis(),
                at.id().offset());
        if (!(judgement instanceof Judgement.Replayed replayed)) {
            return false;
        }
        Judged judged = EngineMapping.judged(replayed.outcome(), /* replayed= */ true, partition, request);
        output.reply(
                address,
                Verdict.judged(address.correlationId(), at.id().text(), request.requestId(), judged),
                request.clientId().text());
        return true;
    }
}
