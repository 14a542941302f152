package io.sluice.client.accounts;

import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.reply.RulesReply;
import java.util.concurrent.CompletableFuture;

/**
 * The profiles of accounts: looks and changes, each at one exact place in the account's own order of requests.
 *
 * <p>No future ever completes exceptionally. A change that timed out may still be made; the same command sent again is
 * then answered as the first would have been, and made once.
 */
public interface AccountAdmin {
    /** Shows what is known of an account. */
    CompletableFuture<Answer> profile(String account);

    /**
     * Wants an account changed.
     *
     * @param command its reply address is replaced
     */
    CompletableFuture<Answer> change(AccountCommand command);

    /** What became of it. */
    sealed interface Answer {}

    /** The profile as it stands. */
    record Shown(ProfileReply.Shown shown) implements Answer {}

    /** Nothing changed. */
    record Refused(RulesReply.Refused refusal) implements Answer {}

    /** It is not known in time what became of it. */
    record Unavailable(String detail) implements Answer {}
}
