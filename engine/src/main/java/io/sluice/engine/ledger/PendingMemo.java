package io.sluice.engine.ledger;

import io.sluice.engine.ledger.Judgement.NewMemo;
import io.sluice.engine.ruleset.Ruleset;

/** An idempotency key that waits for its answer. */
record PendingMemo(MemoKey key, long fingerprint) {
    NewMemo memo(Outcome outcome, Ruleset ruleset) {
        long expiresAtMillis = outcome.decidedAtMillis() + ruleset.idempotencyWindowMillis();
        return new NewMemo(key, new Memo(fingerprint, expiresAtMillis, outcome));
    }
}
