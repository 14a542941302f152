package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Bounds;
import io.sluice.engine.signal.BrownOutTrigger;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A switch that scales down every limit of some tiers, to shed load without changing limits one by one.
 *
 * <p>A new ruleset switches it, or a health signal does. A ruleset scales capacities and rates, and buckets are
 * carried over. A signal may change many times a day, so it makes requests cost more instead, and buckets stay as
 * they are.
 *
 * @param tiers the tiers whose limits are scaled; none while it is off
 * @param perMille the share of capacities and rates that is left
 * @param trigger the signal that switches it; null if the ruleset does
 */
public record BrownOut(
        Set<String> tiers, int perMille, @Nullable BrownOutTrigger trigger) {
    static final BrownOut OFF = new BrownOut(Set.of(), Rollout.EVERYBODY, /* trigger= */ null);

    public BrownOut {
        tiers = Set.copyOf(tiers);
        Bounds.within("scale", perMille, 1, Rollout.EVERYBODY);
    }

    /** What limits take for this cost while a signal keeps it on: at a quarter of every limit, four times as much. */
    public long scaled(long cost) {
        return CostScaling.scaled(cost, perMille);
    }

    /** The limit as it counts for accounts of a tier; one that accounts of all tiers share stays as it is. */
    Limit applied(String tier, Limit limit) {
        return trigger == null && tiers.contains(tier) && !limit.isWide()
                ? limit.with(limit.algorithm().scaled(perMille))
                : limit;
    }
}
