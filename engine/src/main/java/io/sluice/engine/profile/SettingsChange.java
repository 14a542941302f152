package io.sluice.engine.profile;

import io.sluice.engine.ruleset.AccountSettings;
import io.sluice.engine.ruleset.LimitOverride;
import org.jspecify.annotations.Nullable;

/** A change of a profile that buckets have to cross, as they cross an activation; kept with the settings before it. */
public sealed interface SettingsChange {
    At at();

    /** The settings just before this change. */
    AccountSettings undone(AccountSettings after);

    /** Whether the change is of one bucket only, which is written at once, so that no bucket has to cross it. */
    default boolean isOfOneBucket() {
        return false;
    }

    /** Whether a bucket begins full at this change. */
    default boolean resets(String limitId, String scope) {
        return false;
    }

    /**
     * The position of a change among those of its account and among the rulesets of its partition.
     *
     * @param version the profile's version from this change on
     * @param atMillis the partition's time
     * @param revision the ruleset revision in force
     */
    record At(long version, long atMillis, long revision) {
        public static final At NEVER = new At(0, 0, 0);
    }

    /** Another tier; {@code before} is the one it replaced, null for that of the document. */
    record TierChanged(At at, @Nullable String before) implements SettingsChange {
        @Override
        public AccountSettings undone(AccountSettings after) {
            return after.withTier(before);
        }
    }

    /** Another override of one limit, or none; {@code before} is the one it replaced. */
    record OverrideChanged(At at, String limitId, @Nullable LimitOverride before) implements SettingsChange {
        @Override
        public AccountSettings undone(AccountSettings after) {
            return after.with(limitId, before);
        }
    }

    /**
     * Buckets that begin full again: one, those of a limit, or all.
     *
     * @param limitId null for those of every limit
     * @param scope the scope value of one bucket, null for all of the limit
     */
    record BucketsReset(
            At at, @Nullable String limitId, @Nullable String scope) implements SettingsChange {
        @Override
        public AccountSettings undone(AccountSettings after) {
            return after;
        }

        @Override
        public boolean isOfOneBucket() {
            return scope != null;
        }

        @Override
        public boolean resets(String askedLimitId, String askedScope) {
            return (limitId == null || limitId.equals(askedLimitId)) && (scope == null || scope.equals(askedScope));
        }
    }
}
