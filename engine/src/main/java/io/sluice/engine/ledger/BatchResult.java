package io.sluice.engine.ledger;

import io.sluice.engine.ledger.AdmissionResult.NewIdempotencyRecord;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.wide.WideName;
import io.sluice.engine.wide.WideStatement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The decision on a batch: all of its checks are charged, or none. */
public sealed interface BatchResult {

    /**
     * A first answer.
     *
     * @param checks the decision on each check, in their order; none if the batch is refused
     * @param penalties what a refusal changes about penalties, or null
     * @param kept the charges to wide buckets that are kept
     */
    record Decided(
            BatchOutcome outcome,
            List<AdmissionResult.Decided> checks,
            @Nullable NewIdempotencyRecord idempotencyRecord,
            @Nullable PenaltyChange penalties,
            List<WideStatement> kept)
            implements BatchResult {
        public Decided {
            checks = List.copyOf(checks);
            kept = List.copyOf(kept);
        }

        Decided keeping(List<WideStatement> charges) {
            return new Decided(outcome, checks, idempotencyRecord, penalties, charges);
        }
    }

    /** The answer that was given to the same idempotency key before; changes nothing. */
    record Replayed(BatchOutcome outcome) implements BatchResult {}

    /** The idempotency key was used for another batch within the window; changes nothing. */
    record KeyReused(long firstUsedAtMillis) implements BatchResult {}

    /** One check takes slots of a concurrency limit, which no caller could release; changes nothing. */
    record TakesSlots(int check, String limitId) implements BatchResult {}

    /**
     * No answer yet: wide buckets have to be charged first, in this order. The account's own limits would let all
     * checks through. Changes nothing.
     */
    record Unvisited(List<Visit> missing) implements BatchResult {
        public Unvisited {
            missing = List.copyOf(missing);
        }
    }

    /** A wide bucket that a check meets. */
    record Visit(int check, WideName name) {}

    /**
     * This check and those before it meet more than {@link BatchEvaluator#VISITS_MAX} wide buckets; changes nothing.
     */
    record TooManyVisits(int check) implements BatchResult {}

    /**
     * This check and those before it meet more than {@link BatchEvaluator#LIMITS_MET_MAX} limits, or more scopes than
     * can be recorded; changes nothing.
     */
    record TooManyLimits(int check) implements BatchResult {}

    /**
     * The answer to a batch.
     *
     * @param refusedCheck the first check that was refused, counted from 0; -1 if all are allowed
     * @param outcome if all are allowed: every bucket as the last check left it, at the cost of all. If a limit
     *     refused: every bucket as it was found and when it has enough for all checks together, at the cost that is
     *     wanted of the deciding one. If a list refused: its answer to that check. It has at most {@link
     *     BatchEvaluator#LIMITS_REPORTED_MAX} buckets; the deciding one comes first
     */
    record BatchOutcome(int refusedCheck, Outcome outcome) {
        public boolean allowed() {
            return refusedCheck < 0;
        }
    }
}
