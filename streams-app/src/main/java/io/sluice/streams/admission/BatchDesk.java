package io.sluice.streams.admission;

import io.sluice.engine.ledger.BatchBook;
import io.sluice.engine.ledger.BatchJudgement;
import io.sluice.engine.ledger.BatchJudgement.BatchOutcome;
import io.sluice.engine.ruleset.Scope;
import io.sluice.schemas.reply.BatchCharge;
import io.sluice.schemas.reply.BatchDecision;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Judged;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ReplyAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides batches; each leaves one record on the decision topic. */
final class BatchDesk {
    private final int partition;
    private final BatchBook book;
    private final Output output;
    private final AdmissionMetrics metrics;

    BatchDesk(int partition, BatchBook book, Output output, AdmissionMetrics metrics) {
        this.partition = partition;
        this.book = book;
        this.output = output;
        this.metrics = metrics;
    }

    Decided decide(BatchRequest request, RequestContext at) {
        BatchJudgement judgement = judgement(request, at);
        WireError error = error(judgement);
        if (error != null) {
            output.error(at, request.clientId().text(), error);
            return Decided.NO_CHANGE;
        }
        boolean replayed = judgement instanceof BatchJudgement.Replayed;
        BatchOutcome outcome = judgement instanceof BatchJudgement.Decided decided
                ? decided.outcome()
                : ((BatchJudgement.Replayed) judgement).outcome();
        Judged judged = EngineMapping.judged(outcome.outcome(), replayed, partition);
        String decisionId = at.id().text();
        output.decision(
                at.key(),
                new BatchDecision(
                        decisionId, request, refusedCheck(outcome), charges(judgement), charged(judgement), judged));
        ReplyAddress address = at.reply();
        if (address != null) {
            output.reply(
                    address,
                    verdict(request, address, decisionId, outcome, judged),
                    request.clientId().text());
        }
        if (judgement instanceof BatchJudgement.Decided decided) {
            decided.checks().forEach(check -> output.alerts(check, decisionId, request.account()));
        }
        return new Decided(() -> book.apply(judgement), () -> {
            if (replayed) {
                metrics.replayed();
            } else {
                metrics.decided(outcome.outcome());
            }
        });
    }

    private BatchJudgement judgement(BatchRequest request, RequestContext at) {
        return book.decide(
                request.checks().stream().map(EngineMapping::admission).toList(),
                request.idempotencyKey(),
                at.nowMillis(),
                at.id().offset());
    }

    /** Repeats the answer to a batch that was decided before, if it is remembered; returns whether it is. */
    boolean repeats(BatchRequest request, RequestContext at) {
        ReplyAddress address = at.reply();
        if (address == null
                || request.idempotencyKey() == null
                || !(judgement(request, at) instanceof BatchJudgement.Replayed replayed)) {
            return false;
        }
        BatchOutcome outcome = replayed.outcome();
        Judged judged = EngineMapping.judged(outcome.outcome(), /* replayed= */ true, partition);
        output.reply(
                address,
                verdict(request, address, at.id().text(), outcome, judged),
                request.clientId().text());
        return true;
    }

    private static BatchVerdict verdict(
            BatchRequest request, ReplyAddress address, String decisionId, BatchOutcome outcome, Judged judged) {
        return new BatchVerdict(
                address.correlationId(), decisionId, request.requestId(), refusedCheck(outcome), judged);
    }

    private static @Nullable Integer refusedCheck(BatchOutcome outcome) {
        return outcome.allowed() ? null : outcome.refusedCheck();
    }

    private static List<BatchCharge> charges(BatchJudgement judgement) {
        List<BatchCharge> charges = new ArrayList<>();
        if (judgement instanceof BatchJudgement.Decided decided) {
            BatchBook.charges(decided)
                    .forEach((bucket, tokens) ->
                            charges.add(new BatchCharge(bucket.limitId(), Scope.display(bucket.scope()), tokens)));
        }
        return charges;
    }

    private static long charged(BatchJudgement judgement) {
        return judgement instanceof BatchJudgement.Decided decided
                ? decided.checks().stream()
                        .mapToLong(check -> check.outcome().charged())
                        .sum()
                : 0;
    }

    private static @Nullable WireError error(BatchJudgement judgement) {
        if (judgement instanceof BatchJudgement.KeyReused reused) {
            return new WireError(
                    WireError.IDEMPOTENCY_KEY_REUSED,
                    "idempotencyKey",
                    "used for another batch at " + reused.firstUsedAtMillis() + " (expected: the same batch)");
        }
        if (judgement instanceof BatchJudgement.TakesSlots takes) {
            return new WireError(
                    WireError.NOT_IN_BATCH,
                    "checks[" + takes.check() + "]",
                    "takes slots of limit " + takes.limitId()
                            + " (expected: no concurrency limit, since nobody could release them)");
        }
        if (judgement instanceof BatchJudgement.TooManyLimits many) {
            return new WireError(
                    WireError.NOT_IN_BATCH,
                    "checks[" + many.check() + "]",
                    "too many limits so far (expected: at most " + BatchBook.LIMITS_MET_MAX + " for all checks)");
        }
        return null;
    }
}
