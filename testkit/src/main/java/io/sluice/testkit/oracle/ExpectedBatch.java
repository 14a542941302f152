package io.sluice.testkit.oracle;

import io.sluice.engine.ledger.BatchBook;
import io.sluice.engine.ledger.BatchJudgement;
import io.sluice.engine.ledger.BatchJudgement.BatchOutcome;
import io.sluice.engine.ruleset.Scope;
import io.sluice.schemas.alert.ThresholdAlert;
import io.sluice.schemas.reply.BatchCharge;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ReplyAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What must have been decided on one batch.
 *
 * @param decisionId {@code partition-offset} of the batch
 * @param request what was asked
 * @param reply where its answer goes; null for nowhere
 * @param judgement what a book over the ledger makes of it
 */
record ExpectedBatch(
        String decisionId, BatchRequest request, @Nullable ReplyAddress reply, BatchJudgement judgement) {

    /** The answer, or null if there is an error instead. */
    @Nullable BatchOutcome outcome() {
        if (judgement instanceof BatchJudgement.Decided decided) {
            return decided.outcome();
        }
        return judgement instanceof BatchJudgement.Replayed replay ? replay.outcome() : null;
    }

    /** The error that is told where there is no answer. */
    String errorCode() {
        return judgement instanceof BatchJudgement.KeyReused
                ? WireError.IDEMPOTENCY_KEY_REUSED
                : WireError.NOT_IN_BATCH;
    }

    boolean replayed() {
        return judgement instanceof BatchJudgement.Replayed;
    }

    @Nullable Integer refusedCheck() {
        BatchOutcome outcome = outcome();
        return outcome == null || outcome.allowed() ? null : outcome.refusedCheck();
    }

    /** The thresholds that it crosses. */
    Stream<ThresholdAlert> alerts() {
        return judgement instanceof BatchJudgement.Decided decided
                ? decided.checks().stream()
                        .flatMap(check -> ExpectedOutcome.alerts(decisionId, request.account(), check))
                : Stream.empty();
    }

    /** What its checks took together. */
    long charged() {
        return judgement instanceof BatchJudgement.Decided decided
                ? decided.checks().stream()
                        .mapToLong(check -> check.outcome().charged())
                        .sum()
                : 0;
    }

    List<BatchCharge> charges() {
        List<BatchCharge> charges = new ArrayList<>();
        if (judgement instanceof BatchJudgement.Decided decided) {
            BatchBook.charges(decided)
                    .forEach((bucket, tokens) ->
                            charges.add(new BatchCharge(bucket.limitId(), Scope.display(bucket.scope()), tokens)));
        }
        return charges;
    }
}
