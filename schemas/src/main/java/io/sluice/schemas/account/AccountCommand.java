package io.sluice.schemas.account;

import io.sluice.schemas.request.ReplyAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants changed about an account; travels as a signed control record in the account's own partition.
 *
 * @param commandId tells this command apart from every other: sent twice in a row, it counts once
 * @param principal who wants it, as authenticated by whoever signs
 * @param reason why
 * @param expectedVersion the profile's version that the principal saw; under another, nothing changes
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

    /** This command, answered elsewhere. */
    public AccountCommand repliedTo(@Nullable ReplyAddress address) {
        return new AccountCommand(account, commandId, principal, reason, expectedVersion, action, address);
    }

    /** One change. */
    public sealed interface Action {}

    /** Gives the account a tier; null gives it that of the ruleset again. */
    public record SetTier(@Nullable String tier) implements Action {}

    /**
     * Has a limit count differently for the account.
     *
     * @param overrideJson the fields that say how it counts, as JSON text; null for as the ruleset has it
     */
    public record SetOverride(String limitId, @Nullable String overrideJson) implements Action {}

    /** Lets the account through, or keeps it out; null for neither. */
    public record SetListing(Profile.@Nullable Listing listing) implements Action {}

    /**
     * Has buckets begin anew.
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
     * Forgives tokens that are in use in one bucket.
     *
     * @param scope as in {@link Reset}; empty for a limit by account
     */
    public record Grant(String limitId, List<String> scope, long tokens) implements Action {
        public Grant {
            scope = List.copyOf(scope);
        }
    }
}
