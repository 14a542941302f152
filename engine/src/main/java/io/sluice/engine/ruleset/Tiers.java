package io.sluice.engine.ruleset;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The tiers of a ruleset and the one that accounts have unless the document says otherwise. */
record Tiers(Set<String> names, String defaultTier) {
    Tiers {
        names = new LinkedHashSet<>(names);
    }

    static Tiers standard() {
        return new Tiers(new LinkedHashSet<>(List.of(Ruleset.STANDARD_TIER)), Ruleset.STANDARD_TIER);
    }

    /** Notes every name that is no tier. */
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
