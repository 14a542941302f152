package io.sluice.engine.profile;

import io.sluice.engine.bucket.Bounds;
import io.sluice.engine.bucket.TokenBucket;
import io.sluice.engine.ruleset.AccessLists.Access;
import io.sluice.engine.ruleset.LimitOverride;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One change of an account. */
public sealed interface ProfileAction {

    /** An action that gives the account a tier; null gives it that of the ruleset again. */
    record SetTier(@Nullable String tier) implements ProfileAction {}

    /** An action that gives the account other numbers for a limit; null restores those of the ruleset. */
    record SetOverride(String limitId, @Nullable LimitOverride override) implements ProfileAction {}

    /** Lets the account through, or keeps it out; null does neither. */
    record SetListing(@Nullable ProfileListing listing) implements ProfileAction {
        public static SetListing of(Access access, long untilMillis, String message) {
            return new SetListing(new ProfileListing(access, untilMillis, message));
        }
    }

    /**
     * An action that fills buckets.
     *
     * @param limitId null for those of every limit
     * @param scope what names one bucket, as {@link io.sluice.engine.ruleset.Scope#valueOf} takes it; null for every
     *     one
     */
    record Reset(@Nullable String limitId, @Nullable List<String> scope) implements ProfileAction {
        public Reset {
            scope = scope == null ? null : List.copyOf(scope);
        }
    }

    /**
     * Forgets penalties, and what was counted towards the next.
     *
     * @param clientId those of one client only; null for those of the account and all of its clients
     */
    record Pardon(@Nullable String clientId) implements ProfileAction {}

    /**
     * Ends one penalty, since the challenge that it asked for was passed. It makes no version of the profile.
     * Otherwise a penalised client could make commands of operators fail.
     *
     * @param ruleId the rule that the penalty is under
     * @param clientId the client that is penalised; the account's name if all of the account is. A client may have that
     *     name, too: the rule says which of the two is meant
     * @param begunAtOffset the record that began it, by its offset in the log
     */
    record Lift(String ruleId, String clientId, long begunAtOffset) implements ProfileAction {}

    /**
     * An action that gives one bucket tokens on top of its limit, for a time.
     *
     * @param id a name that no open credit of the account has
     * @param scope what names the bucket, as {@link io.sluice.engine.ruleset.Scope#valueOf} takes it
     * @param first whether it is used before the limit's own tokens
     * @param untilMillis {@link io.sluice.engine.credit.Credit#FOR_EVER} for ever
     */
    record AddCredit(
            String id,
            String limitId,
            List<String> scope,
            long tokens,
            boolean first,
            long fromMillis,
            long untilMillis)
            implements ProfileAction {
        public AddCredit {
            scope = List.copyOf(scope);
            Bounds.within("tokens", tokens, 1, TokenBucket.BURST_MAX);
            Bounds.within("untilMillis", untilMillis, fromMillis + 1, Long.MAX_VALUE);
        }
    }

    /** Takes away a credit that is not over, with what is left of it. */
    record RemoveCredit(String id) implements ProfileAction {}

    /**
     * Grants back tokens that are in use in one bucket.
     *
     * @param scope what names the bucket, as {@link io.sluice.engine.ruleset.Scope#valueOf} takes it
     */
    record Grant(String limitId, List<String> scope, long tokens) implements ProfileAction {
        public Grant {
            scope = List.copyOf(scope);
            Bounds.within("tokens", tokens, 1, TokenBucket.BURST_MAX);
        }
    }
}
