package io.sluice.engine.ledger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link Ledger} decides on one admission: a response, and the changes that {@link Ledger#apply} makes. */
public sealed interface Judgement {

    /**
     * A first answer.
     *
     * @param alerts thresholds that it crosses, to be told of once
     * @param counts what becomes of the counts of charged buckets
     */
    record Decided(
            Outcome outcome,
            List<BucketChange> changes,
            @Nullable NewMemo memo,
            @Nullable NewHolds holds,
            List<BucketAlert> alerts,
            List<CountChange> counts)
            implements Judgement {
        public Decided {
            changes = List.copyOf(changes);
            alerts = List.copyOf(alerts);
            counts = List.copyOf(counts);
        }
    }

    /** The answer that was given to the same idempotency key before; changes nothing. */
    record Replayed(Outcome outcome) implements Judgement {}

    /** The idempotency key was used for another question within the window; changes nothing. */
    record KeyReused(long firstUsedAtMillis) implements Judgement {}

    /** A bucket's next state. */
    record BucketChange(BucketKey key, StoredBucket bucket) {}

    /** A count's next value. */
    record CountChange(CountKey key, KeyCount count) {}

    /**
     * What the admission holds from now on.
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
    record NewMemo(MemoKey key, Memo memo) {}
}
