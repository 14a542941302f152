package io.sluice.engine.ledger;

import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.OnExceed;

/** A limit that was checked for one admission: by its own bucket, or by what the owner of a wide one said. */
sealed interface CheckedLimit permits LimitCheck, WideCheck {
    Limit limit();

    /** Whether the limit may refuse this account. */
    boolean enforced();

    /** Whether the limit lets the cost through. */
    boolean admits();

    /** Whether any wait would help. */
    boolean isPossible();

    /** The action of the limit; {@link OnExceed#DENY} also where there is nothing to do. */
    OnExceed action();

    /** Whether the admission is refused because of it. */
    default boolean refuses() {
        return enforced() && !admits() && action() != OnExceed.TAG;
    }
}
