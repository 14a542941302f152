package io.sluice.client.accounts;

import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.reply.RulesReply;
import java.util.concurrent.CompletableFuture;

/**
 * The profiles of accounts: reads and changes, each at one exact place in the account's own order of requests.
 *
 * <p>No future ever completes exceptionally. A change that timed out may still be made; the same command sent again is
 * then answered as the first would have been, and made once.
 */
public interface AccountAdmin {
    /** Returns the profile of an account. */
    CompletableFuture<Answer> profile(String account);

    /**
     * Sends a command that changes an account.
     *
     * @param command its reply address is replaced
     */
    CompletableFuture<Answer> change(AccountCommand command);

    /** The outcome of a read or a change. */
    sealed interface Answer {}

    /** The profile as it stands. */
    record Shown(ProfileReply.Shown shown) implements Answer {}

    /** A refusal: nothing changed. */
    record Refused(RulesReply.Refused refusal) implements Answer {}

    /** No answer in time, so the outcome is unknown. */
    record Unavailable(String detail) implements Answer {}
}
