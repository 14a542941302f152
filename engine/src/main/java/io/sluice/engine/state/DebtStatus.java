package io.sluice.engine.state;

import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.ruleset.Limit;
import org.jspecify.annotations.Nullable;

/**
 * The debt of one bucket: how far it is below empty.
 *
 * @param tokens its debt; of a limit that lets through what exceeds it, all that exceeds it
 * @param grace tokens by which admissions may exceed the limit; 0 if it has no grace
 */
public record DebtStatus(long tokens, long grace) {
    /** The status of a bucket in this state; null if there is nothing to say. */
    static @Nullable DebtStatus of(Limit limit, BucketState state) {
        return limit.debtMax() == 0 ? null : of(Math.max(0, -limit.algorithm().balance(state)), limit.grace());
    }

    private static @Nullable DebtStatus of(long tokens, long grace) {
        return tokens == 0 && grace == 0 ? null : new DebtStatus(tokens, grace);
    }

    /** The same limit with all that exceeds it, as its overage has it in this state. */
    static @Nullable DebtStatus of(Limit limit, Limit overage, BucketState state) {
        return of(Math.max(0, -overage.algorithm().balance(state)), limit.grace());
    }

    /** Tokens that are left of the grace. */
    public long graceRemaining() {
        return Math.max(0, grace - tokens);
    }
}
