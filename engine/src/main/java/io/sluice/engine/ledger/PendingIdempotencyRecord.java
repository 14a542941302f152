package io.sluice.engine.ledger;

import io.sluice.engine.ledger.AdmissionResult.NewIdempotencyRecord;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.IdempotencyRecord;
import io.sluice.engine.state.IdempotencyRecordKey;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.PartitionClock;

/**
 * The idempotency key of a request that is being decided.
 *
 * <p>A refusal is remembered until the moment at which its caller may retry: a retry after that is decided anew. A
 * refusal that no wait can change is remembered as long as an admission.
 */
record PendingIdempotencyRecord(IdempotencyRecordKey key, long fingerprint) {
    NewIdempotencyRecord idempotencyRecord(Outcome outcome, Ruleset ruleset, PartitionClock clock) {
        return new NewIdempotencyRecord(
                key, new IdempotencyRecord(fingerprint, expiresAtMillis(outcome, ruleset, clock), outcome));
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
