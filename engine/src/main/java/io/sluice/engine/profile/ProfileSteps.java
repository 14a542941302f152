package io.sluice.engine.profile;

import io.sluice.engine.profile.AccountProfile.LastChange;
import io.sluice.engine.profile.TermsChange.At;
import io.sluice.engine.profile.TermsChange.BucketsReset;
import io.sluice.engine.profile.TermsChange.OverrideChanged;
import io.sluice.engine.profile.TermsChange.TierChanged;
import io.sluice.engine.ruleset.AccountTerms;
import io.sluice.engine.ruleset.LimitOverride;
import org.jspecify.annotations.Nullable;

/**
 * The next versions that a profile can have.
 *
 * @param at the place of the step, if buckets have to cross it
 */
public record ProfileSteps(AccountProfile profile, At at, LastChange change) {

    public AccountProfile withTier(@Nullable String tier) {
        AccountTerms terms = profile.terms();
        return profile.changed(terms.withTier(tier), new TierChanged(at, terms.tier()), change);
    }

    public AccountProfile withOverride(String limitId, @Nullable LimitOverride override) {
        AccountTerms terms = profile.terms();
        LimitOverride before = terms.overrides().get(limitId);
        return profile.changed(terms.with(limitId, override), new OverrideChanged(at, limitId, before), change);
    }

    public AccountProfile listed(@Nullable ProfileListing listing) {
        return profile.listed(listing, change);
    }

    /** Buckets of a limit begin anew, or of all; see {@link BucketsReset}. */
    public AccountProfile reset(@Nullable String limitId, @Nullable String scope) {
        return profile.changed(profile.terms(), new BucketsReset(at, limitId, scope), change);
    }

    /** Another version that says the same. */
    public AccountProfile touched() {
        return profile.touched(change);
    }
}
