package io.sluice.streams.admission;

import io.sluice.engine.ledger.BatchBook;
import io.sluice.engine.ledger.BatchJudgement;
import io.sluice.engine.ledger.BatchJudgement.BatchOutcome;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.LedgerStore;
import io.sluice.engine.ruleset.Scope;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.reply.BatchCharge;
import io.sluice.schemas.reply.BatchDecision;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Judged;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.topology.Names;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** The part of one partition's adapter that judges batches; each leaves one record on the decision topic. */
final class BatchDesk {
    private final int partition;
    private final BatchBook book;
    private final ProcessorContext<Object, byte[]> context;
    private final AdmissionMetrics metrics;
    private final AlertDesk alerts;

    BatchDesk(
            int partition,
            Ledger ledger,
            LedgerStore store,
            ProcessorContext<Object, byte[]> context,
            AdmissionMetrics metrics) {
        this.alerts = new AlertDesk(context, metrics);
        this.partition = partition;
        this.book = new BatchBook(ledger, store);
        this.context = context;
        this.metrics = metrics;
    }

    /** Judges a batch; the account's due holds have been ended before. */
    void judge(BatchRequest request, long offset, long nowMillis) {
        String decisionId = partition + "-" + offset;
        BatchJudgement judgement = decide(request, offset, nowMillis);
        WireError error = error(judgement);
        if (error != null) {
            ReplyAddress address = request.reply();
            if (address != null) {
                Verdict refusal = Verdict.error(address.correlationId(), decisionId, error);
                reply(address, ReplyCodec.encode(refusal, request.clientId().text()), nowMillis);
            }
            return;
        }
        boolean replayed = judgement instanceof BatchJudgement.Replayed;
        BatchOutcome outcome = judgement instanceof BatchJudgement.Decided decided
                ? decided.outcome()
                : ((BatchJudgement.Replayed) judgement).outcome();
        Judged judged = EngineMapping.judged(outcome.outcome(), replayed, partition, /* maxWaitMillis= */ 0);
        byte[] decision = OutputSize.checked(
                TopicCatalogue.DECISIONS,
                DecisionCodec.encode(new BatchDecision(
                        decisionId,
                        request.repliedTo(null),
                        refusedCheck(outcome),
                        charges(judgement),
                        charged(judgement),
                        judged)));
        ReplyAddress address = request.reply();
        byte[] verdict = address == null ? null : encodedVerdict(request, address, decisionId, outcome, judged);
        List<byte[]> encodedAlerts = encodedAlerts(judgement, decisionId, request.account());

        book.apply(judgement);
        if (address != null && verdict != null) {
            reply(address, verdict, nowMillis);
        }
        byte[] key = request.account().getBytes(StandardCharsets.UTF_8);
        context.forward(new Record<>(key, decision, nowMillis), Names.DECISIONS_SINK);
        alerts.send(encodedAlerts, nowMillis);
        if (replayed) {
            metrics.replayed();
        } else {
            metrics.decided(outcome.outcome());
        }
    }

    private BatchJudgement decide(BatchRequest request, long offset, long nowMillis) {
        return book.decide(
                request.checks().stream().map(EngineMapping::admission).toList(),
                request.idempotencyKey(),
                nowMillis,
                offset);
    }

    /** Repeats the answer to a batch that was judged before, if it is remembered; returns whether it is. */
    boolean repeats(BatchRequest request, long offset, long nowMillis) {
        ReplyAddress address = request.reply();
        if (address == null
                || request.idempotencyKey() == null
                || !(decide(request, offset, nowMillis) instanceof BatchJudgement.Replayed replayed)) {
            return false;
        }
        BatchOutcome outcome = replayed.outcome();
        Judged judged =
                EngineMapping.judged(outcome.outcome(), /* replayed= */ true, partition, /* maxWaitMillis= */ 0);
        reply(address, encodedVerdict(request, address, partition + "-" + offset, outcome, judged), nowMillis);
        return true;
    }

    private static byte[] encodedVerdict(
            BatchRequest request, ReplyAddress address, String decisionId, BatchOutcome outcome, Judged judged) {
        return OutputSize.checked(
                TopicCatalogue.REPLIES,
                ReplyCodec.encode(
                        new BatchVerdict(
                                address.correlationId(),
                                decisionId,
                                request.requestId(),
                                refusedCheck(outcome),
                                judged),
                        request.clientId().text()));
    }

    private static @Nullable Integer refusedCheck(BatchOutcome outcome) {
        return outcome.allowed() ? null : outcome.refusedCheck();
    }

    private static List<byte[]> encodedAlerts(BatchJudgement judgement, String decisionId, String account) {
        List<byte[]> records = new ArrayList<>();
        if (judgement instanceof BatchJudgement.Decided decided) {
            decided.checks().forEach(check -> records.addAll(AlertDesk.encoded(check, decisionId, account)));
        }
        return records;
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

    private void reply(ReplyAddress address, byte[] reply, long nowMillis) {
        context.forward(new Record<>((Object) address, reply, nowMillis), Names.REPLIES_SINK);
    }
}
