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

    String expectation() {
        return "one of " + String.join(", ", names);
    }
}
