package io.sluice.engine.ledger;

import io.sluice.engine.ledger.Judgement.NewMemo;
import io.sluice.engine.ruleset.Ruleset;

/**
 * An idempotency key that waits for its answer.
 *
 * <p>A refusal is remembered until the moment at which it told the caller to come back: whoever does is judged anew. One
 * that time does not mend is remembered like an admission.
 */
record PendingMemo(MemoKey key, long fingerprint) {
    NewMemo memo(Outcome outcome, Ruleset ruleset, PartitionClock clock) {
        return new NewMemo(key, new Memo(fingerprint, expiresAtMillis(outcome, ruleset, clock), outcome));
    }

    /** The partition's time from which on an answer is forgotten. */
    static long expiresAtMillis(Outcome outcome, Ruleset ruleset, PartitionClock clock) {
        long windowMillis = ruleset.idempotencyWindowMillis();
        // Algorithm.NEVER is longer than any window.
        long rememberedMillis = outcome.allowed()
                ? windowMillis
                : Math.min(windowMillis, clock.partitionMillis(outcome.retryAfterMillis()));
        return outcome.decidedAtMillis() + rememberedMillis;
    }
}
