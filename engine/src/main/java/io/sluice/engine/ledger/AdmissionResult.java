package io.sluice.engine.ledger;

import io.sluice.engine.credit.UsedCredits;
import io.sluice.engine.state.AccountHolds;
import io.sluice.engine.state.BucketCount;
import io.sluice.engine.state.BucketCountKey;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.HoldEntry;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.IdempotencyRecord;
import io.sluice.engine.state.IdempotencyRecordKey;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.StoredBucket;
import io.sluice.engine.wide.WideName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of one admission, decided by a {@link Ledger}: a response, and the changes that {@link Ledger#apply}
 * makes.
 */
public sealed interface AdmissionResult {

    /**
     * A first answer.
     *
     * @param alerts thresholds that it crosses, each to be reported once
     * @param counts the next values of the counts of charged buckets
     * @param penalties what the answer changes about penalties, or null
     * @param credits what it takes from credits or gives back to them, or null
     */
    record Decided(
            Outcome outcome,
            List<BucketChange> changes,
            @Nullable NewIdempotencyRecord idempotencyRecord,
            @Nullable NewHolds holds,
            List<BucketAlert> alerts,
            List<CountChange> counts,
            @Nullable PenaltyChange penalties,
            @Nullable CreditChange credits)
            implements AdmissionResult {
        /** An answer that changes neither penalties nor credits. */
        public Decided(
                Outcome outcome,
                List<BucketChange> changes,
                @Nullable NewIdempotencyRecord idempotencyRecord,
                @Nullable NewHolds holds,
                List<BucketAlert> alerts,
                List<CountChange> counts) {
            this(outcome, changes, idempotencyRecord, holds, alerts, counts, null, null);
        }

        public Decided {
            changes = List.copyOf(changes);
            alerts = List.copyOf(alerts);
            counts = List.copyOf(counts);
        }
    }

    /**
     * No answer yet: wide buckets have to be charged first, in this order. The account's own limits would let the
     * request through. Changes nothing.
     *
     * @param wish tokens that the account's own limits would lend beside the verdict; 0 for none
     */
    record Unvisited(List<WideName> missing, long wish) implements AdmissionResult {
        public Unvisited {
            missing = List.copyOf(missing);
        }
    }

    /** The answer that was given to the same idempotency key before; changes nothing. */
    record Replayed(Outcome outcome) implements AdmissionResult {}

    /** The idempotency key was used for another request within the window; changes nothing. */
    record KeyReused(long firstUsedAtMillis) implements AdmissionResult {}

    /** A bucket's next state. */
    record BucketChange(BucketKey key, StoredBucket bucket) {}

    /** The used tokens of an account's credits from now on. */
    record CreditChange(String account, UsedCredits after) {}

    /** A count's next value. */
    record CountChange(BucketCountKey key, BucketCount count) {}

    /**
     * The holds that the admission opens.
     *
     * @param after what its account holds with these
     */
    record NewHolds(List<NewHold> holds, AccountHolds after) {
        public NewHolds {
            holds = List.copyOf(holds);
        }
    }

    /** One hold to open. */
    record NewHold(HoldKey key, HoldEntry.Open hold) {}

    /** An answer to remember. */
    record NewIdempotencyRecord(IdempotencyRecordKey key, IdempotencyRecord idempotencyRecord) {}
}
