package io.sluice.engine.ruleset;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The tiers of a ruleset.
 *
 * @param defaultTier the tier of accounts unless the document gives them another
 * @param anonymousTier the default tier of accounts that are derived from addresses
 */
record Tiers(Set<String> names, String defaultTier, String anonymousTier) {
    Tiers {
        names = new LinkedHashSet<>(names);
    }

    static Tiers standard() {
        Set<String> names = new LinkedHashSet<>(List.of(Ruleset.STANDARD_TIER));
        return new Tiers(names, Ruleset.STANDARD_TIER, Ruleset.STANDARD_TIER);
    }

    /** The tier of an account that the document does not name. */
    String ofUnlisted(String account) {
        return account.startsWith(Ruleset.ANONYMOUS_PREFIX) ? anonymousTier : defaultTier;
    }

    /** Notes every name that is not a tier. */
    void requireKnown(DocumentSection section, String field, Set<String> some) {
        for (String tier : some) {
            if (!names.contains(tier)) {
                section.problem(field, "\"" + tier + "\" (expected: " + expectation() + ")");
            }
        }
    }

    String expectation() {
        return "one of " + String.join(", ", names);
    }
}
