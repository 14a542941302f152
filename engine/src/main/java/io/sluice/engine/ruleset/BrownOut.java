package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Bounds;
import java.util.Set;

/**
 * One switch that scales down every limit of some tiers, to shed load without touching the limits one by one.
 *
 * @param tiers the tiers whose limits are scaled; none while it is off
 * @param perMille the share of capacities and rates that is left
 */
record BrownOut(Set<String> tiers, int perMille) {
    static final BrownOut OFF = new BrownOut(Set.of(), Rollout.EVERYBODY);

    BrownOut {
        tiers = Set.copyOf(tiers);
        Bounds.within("scale", perMille, 1, Rollout.EVERYBODY);
    }

    Limit applied(String tier, Limit limit) {
        return tiers.contains(tier) ? limit.with(limit.algorithm().scaled(perMille)) : limit;
    }
}
