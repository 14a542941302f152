package io.sluice.schemas.account;

import io.sluice.schemas.request.ReplyAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command to change an account; it travels as a signed control record in the account's own partition.
 *
 * @param commandId identifies this command: sent twice in a row, it counts once
 * @param principal who requests it, as authenticated by the signer
 * @param reason why
 * @param expectedVersion the profile's version that the principal saw; if it is another one now, nothing changes
 * @param reply where the answer goes; null if the sender wants none
 */
public record AccountCommand(
        String account,
        String commandId,
        String principal,
        String reason,
        long expectedVersion,
        Action action,
        @Nullable ReplyAddress reply) {
    public static final int OVERRIDE_CHARS_MAX = 1_000;
    public static final int MESSAGE_CHARS_MAX = 256;
    public static final int NAME_CHARS_MAX = 128;
    public static final int SCOPE_VALUES_MAX = 32;
    public static final int SCOPE_VALUE_CHARS_MAX = 256;
    public static final long TOKENS_MAX = 1_000_000_000_000L;
    /** The last millisecond of the year 9999. */
    public static final long MOMENT_MILLIS_MAX = 253_402_300_799_999L;

    /** This command with another reply address. */
    public AccountCommand repliedTo(@Nullable ReplyAddress address) {
        return new AccountCommand(account, commandId, principal, reason, expectedVersion, action, address);
    }

    /** One change. */
    public sealed interface Action {}

    /** Sets the account's tier; null restores that of the ruleset. */
    public record SetTier(@Nullable String tier) implements Action {}

    /**
     * An action that gives the account other numbers for a limit.
     *
     * @param overrideJson the fields that change how it counts, as JSON text; null restores those of the ruleset
     */
    public record SetOverride(String limitId, @Nullable String overrideJson) implements Action {}

    /** Allows the account, or denies it; null for neither. */
    public record SetListing(Profile.@Nullable Listing listing) implements Action {}

    /**
     * Resets buckets.
     *
     * @param limitId null for those of every limit
     * @param scope the one bucket, by a value for each dimension of the limit's scope but the account; null for all
     */
    public record Reset(@Nullable String limitId, @Nullable List<String> scope) implements Action {
        public Reset {
            scope = scope == null ? null : List.copyOf(scope);
        }
    }

    /**
     * Ends penalties, and forgets the denials that count towards the next.
     *
     * @param clientId those of this client; null for those of the account and all of its clients
     */
    public record Pardon(@Nullable String clientId) implements Action {}

    /** An action that gives one bucket tokens on top of its limit, for a time. */
    public record AddCredit(Profile.Credit credit) implements Action {}

    /** Takes away a credit, with what is left of it. */
    public record RemoveCredit(String id) implements Action {}

    /**
     * Ends the penalty that a challenge token names, because its challenge was passed. The expected version is ignored.
     *
     * @param token as {@link io.sluice.schemas.codec.ChallengeCodec} makes it
     */
    public record Redeem(String token) implements Action {}

    /**
     * An action that gives back tokens that are in use in one bucket.
     *
     * @param scope as in {@link Reset}; empty for a limit by account
     */
    public record Grant(String limitId, List<String> scope, long tokens) implements Action {
        public Grant {
            scope = List.copyOf(scope);
        }
    }
}
