package io.sluice.testkit.oracle;

import io.sluice.engine.ledger.ProfileEvent;
import io.sluice.engine.ledger.ProfileResult;
import io.sluice.schemas.account.AccountCommand;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The expected result of one command to change an account.
 *
 * @param result the ledger's; null if the command's override has nothing that could count, or its token proves nothing
 * @param forged the code by which its token is refused; null for none
 * @param creditsLeft tokens left of each credit that the answer shows
 */
record ExpectedChange(
        AccountCommand command,
        @Nullable ProfileResult result,
        @Nullable String forged,
        Map<String, Long> creditsLeft) {
    /** Whether it must have changed the account, and left its profile and an entry in the audit trail. */
    boolean changes() {
        return event() != null;
    }

    /** The change that made a version of the profile; null for none. A penalty that is lifted makes none. */
    @Nullable ProfileEvent event() {
        return result instanceof ProfileResult.Accepted accepted
                        && accepted.event().lifted() == null
                ? accepted.event()
                : null;
    }
}
