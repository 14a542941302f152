package io.sluice.testkit.oracle;

import io.sluice.engine.ledger.BatchEvaluator;
import io.sluice.engine.ledger.BatchResult;
import io.sluice.engine.ledger.BatchResult.BatchOutcome;
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
 * The expected decision on one batch.
 *
 * @param decisionId {@code partition-offset} of the batch
 * @param request the batch
 * @param reply the reply address; null if there is none
 * @param result the result of a {@code BatchEvaluator} over the ledger
 */
record ExpectedBatch(
        String decisionId, BatchRequest request, @Nullable ReplyAddress reply, BatchResult result) {

    /** The answer, or null if there is an error instead. */
    @Nullable BatchOutcome outcome() {
        if (result instanceof BatchResult.Decided decided) {
            return decided.outcome();
        }
        return result instanceof BatchResult.Replayed replay ? replay.outcome() : null;
    }

    /** The error code where there is no answer. */
    String errorCode() {
        return result instanceof BatchResult.KeyReused ? WireError.IDEMPOTENCY_KEY_REUSED : WireError.NOT_IN_BATCH;
    }

    boolean replayed() {
        return result instanceof BatchResult.Replayed;
    }

    @Nullable Integer refusedCheck() {
        BatchOutcome outcome = outcome();
        return outcome == null || outcome.allowed() ? null : outcome.refusedCheck();
    }

    /** The thresholds that it crosses. */
    Stream<ThresholdAlert> alerts() {
        return result instanceof BatchResult.Decided decided
                ? decided.checks().stream()
                        .flatMap(check -> ExpectedOutcome.alerts(decisionId, request.account(), check))
                : Stream.empty();
    }

    /** The tokens that its checks took together. */
    long charged() {
        return result instanceof BatchResult.Decided decided
                ? decided.checks().stream()
                        .mapToLong(check -> check.outcome().charged())
                        .sum()
                : 0;
    }

    List<BatchCharge> charges() {
        List<BatchCharge> charges = new ArrayList<>();
        if (result instanceof BatchResult.Decided decided) {
            BatchEvaluator.charges(decided)
                    .forEach((bucket, tokens) ->
                            charges.add(new BatchCharge(bucket.limitId(), Scope.display(bucket.scope()), tokens)));
        }
        return charges;
    }
}
