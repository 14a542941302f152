package io.sluice.streams.admission;

import io.sluice.engine.ledger.AdmissionResult;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.state.Outcome;
import io.sluice.schemas.codec.ReplyAndDecision;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ReplyAddress;

/** Decides admissions; each leaves one record on the decision topic. */
final class AdmissionHandler {
    private final int partition;
    private final Ledger ledger;
    private final Output output;
    private final AdmissionMetrics metrics;
    private final RecordTrace trace;
    private final TrafficLabels labels;

    AdmissionHandler(int partition, Ledger ledger, Output output, AdmissionMetrics metrics, RecordTrace trace) {
        this.partition = partition;
        this.ledger = ledger;
        this.output = output;
        this.metrics = metrics;
        this.trace = trace;
        this.labels = new TrafficLabels(ledger);
    }

    Decided decide(AdmissionRequest request, RequestContext at) {
        Admission admission = EngineMapping.admission(request);
        if (ledger.timeline().active().hasUnreadableAddress(admission)) {
            metrics.unreadableAddress();
        }
        AdmissionResult result = ledger.decide(
                admission, request.idempotencyKey(), at.nowMillis(), at.id().offset());
        if (result instanceof AdmissionResult.KeyReused reused) {
            output.error(
                    at,
                    request.clientId().text(),
                    new WireError(
                            WireError.IDEMPOTENCY_KEY_REUSED,
                            "idempotencyKey",
                            "used for another request at " + reused.firstUsedAtMillis()
                                    + " (expected: the same request)"));
            return Decided.NO_CHANGE;
        }
        boolean replayed = result instanceof AdmissionResult.Replayed;
        Outcome outcome = result instanceof AdmissionResult.Decided decided
                ? decided.outcome()
                : ((AdmissionResult.Replayed) result).outcome();
        VerdictDetails details = EngineMapping.details(outcome, replayed, partition, request);
        trace.verdict(details);
        String decisionId = at.id().text();
        ReplyAddress address = at.reply();
        ReplyAndDecision encoded = ReplyAndDecision.of(
                new Decision(decisionId, request, replayed ? 0 : outcome.charged(), labelled(details, outcome)),
                address);
        output.decision(at.key(), encoded.decision());
        byte[] verdict = encoded.verdict();
        if (address != null && verdict != null) {
            output.reply(address, verdict);
        }
        output.alerts(result, decisionId, request.clientId().account());
        return new Decided(() -> ledger.apply(result), () -> {
            if (replayed) {
                metrics.replayed();
            } else {
                metrics.decided(outcome);
            }
        });
    }

    private VerdictDetails labelled(VerdictDetails details, Outcome outcome) {
        String routeTemplate = labels.routeTemplate(outcome.limits());
        return routeTemplate == null
                ? details
                : details.toBuilder().routeTemplate(routeTemplate).build();
    }

    /** Repeats the stored verdict of an admission that was decided before; returns whether there is one. */
    boolean repeats(AdmissionRequest request, RequestContext at) {
        ReplyAddress address = at.reply();
        if (address == null || request.idempotencyKey() == null) {
            return false;
        }
        AdmissionResult result = ledger.decide(
                EngineMapping.admission(request),
                request.idempotencyKey(),
                at.nowMillis(),
                at.id().offset());
        if (!(result instanceof AdmissionResult.Replayed replayed)) {
            return false;
        }
        VerdictDetails details = EngineMapping.details(replayed.outcome(), /* replayed= */ true, partition, request);
        output.reply(
                address,
                Verdict.details(address.correlationId(), at.id().text(), request.requestId(), details),
                request.clientId().text());
        return true;
    }
}
