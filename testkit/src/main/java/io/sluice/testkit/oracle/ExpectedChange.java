package io.sluice.testkit.oracle;

import io.sluice.engine.ledger.ProfileResult;
import io.sluice.schemas.account.AccountCommand;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The expected result of one command to change an account.
 *
 * @param result the ledger's; null if the command's override has nothing that could count
 * @param creditsLeft tokens left of each credit that the answer shows
 */
record ExpectedChange(AccountCommand command, @Nullable ProfileResult result, Map<String, Long> creditsLeft) {
    /** Whether it must have changed the account, and left its profile and an entry in the audit trail. */
    boolean changes() {
        return result instanceof ProfileResult.Accepted;
    }
}
