package io.sluice.engine.ruleset;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The priorities that the requests of each tier can have, whatever they say.
 *
 * <pre>
 *   tierPriorities:
 *     free: {max: normal}         at most normal
 *     enterprise: {min: high}     at least high
 *     batch: low                  always low
 * </pre>
 */
record TierPriorities(Map<String, PriorityBounds> byTier) {
    static final TierPriorities ANY = new TierPriorities(Map.of());

    private static final Set<String> KEYS = Set.of("min", "max");
    private static final Map<String, PriorityLevel> LEVELS = levels();

    TierPriorities {
        byTier = Map.copyOf(byTier);
    }

    private static Map<String, PriorityLevel> levels() {
        Map<String, PriorityLevel> levels = new TreeMap<>();
        for (PriorityLevel level : PriorityLevel.values()) {
            levels.put(level.code(), level);
        }
        return levels;
    }

    static TierPriorities read(DocumentSection root, Tiers tiers) {
        if (!root.has("tierPriorities")) {
            return ANY;
        }
        DocumentSection section = root.section("tierPriorities", Set.of());
        Map<String, PriorityBounds> byTier = new HashMap<>();
        for (String tier : section.names()) {
            tiers.requireKnown(root, "tierPriorities", Set.of(tier));
            PriorityBounds bounds = section.parsed(tier, it -> bounds(it, tier));
            byTier.put(tier, bounds == null ? PriorityBounds.ANY : bounds);
        }
        return new TierPriorities(byTier);
    }

    private static PriorityBounds bounds(DocumentSection section, String tier) {
        if (!(section.raw(tier) instanceof Map<?, ?>)) {
            PriorityLevel always = section.choice(tier, LEVELS, PriorityLevel.NORMAL);
            return new PriorityBounds(always, always);
        }
        DocumentSection bounds = section.section(tier, KEYS);
        return new PriorityBounds(
                bounds.choice("min", LEVELS, PriorityLevel.LOW), bounds.choice("max", LEVELS, PriorityLevel.CRITICAL));
    }

    PriorityBounds of(String tier) {
        return byTier.getOrDefault(tier, PriorityBounds.ANY);
    }
}
