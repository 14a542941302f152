package io.sluice.engine.profile;

import io.sluice.engine.credit.Credit;
import io.sluice.engine.profile.AccountProfile.LastChange;
import io.sluice.engine.profile.SettingsChange.At;
import io.sluice.engine.profile.SettingsChange.BucketsReset;
import io.sluice.engine.profile.SettingsChange.OverrideChanged;
import io.sluice.engine.profile.SettingsChange.TierChanged;
import io.sluice.engine.ruleset.AccountSettings;
import io.sluice.engine.ruleset.LimitOverride;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The next versions that a profile can have.
 *
 * @param at the position of the step, if buckets have to cross it
 */
public record ProfileSteps(AccountProfile profile, At at, LastChange change) {

    public AccountProfile withTier(@Nullable String tier) {
        AccountSettings settings = profile.settings();
        return profile.changed(settings.withTier(tier), new TierChanged(at, settings.tier()), change);
    }

    public AccountProfile withOverride(String limitId, @Nullable LimitOverride override) {
        AccountSettings settings = profile.settings();
        LimitOverride before = settings.overrides().get(limitId);
        return profile.changed(settings.with(limitId, override), new OverrideChanged(at, limitId, before), change);
    }

    public AccountProfile listed(@Nullable ProfileListing listing) {
        return profile.listed(listing, change);
    }

    /** The buckets of a limit begin full again, or those of all limits; see {@link BucketsReset}. */
    public AccountProfile reset(@Nullable String limitId, @Nullable String scope) {
        return profile.changed(profile.settings(), new BucketsReset(at, limitId, scope), change);
    }

    public AccountProfile credited(List<Credit> credits) {
        return profile.credited(credits, change);
    }

    /** Another version without any other difference. */
    public AccountProfile touched() {
        return profile.touched(change);
    }
}
