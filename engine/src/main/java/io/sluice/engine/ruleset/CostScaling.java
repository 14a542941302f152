package io.sluice.engine.ruleset;

import java.util.ArrayList;
import java.util.List;

/**
 * The cost of a request as limits that are scaled down see it: at a fifth of every limit, five times as high.
 *
 * @param askedCost the cost of the request itself, of which limits compute theirs
 * @param perMille the shares that are left of the limits, one after the other
 */
public record CostScaling(long askedCost, List<Integer> perMille) {
    /** No cost is scaled above this: it is far above what any bucket of a sensible limit holds. */
    private static final long COST_MAX = 1_000_000_000_000L;

    public CostScaling {
        perMille = List.copyOf(perMille);
    }

    /** The same, and then this. */
    CostScaling and(int more) {
        List<Integer> all = new ArrayList<>(perMille);
        all.add(more);
        return new CostScaling(askedCost, all);
    }

    /** What limits take for a cost. */
    long scaled(long cost) {
        long scaled = cost;
        for (int share : perMille) {
            scaled = scaled(scaled, share);
        }
        return scaled;
    }

    /** What limits take for a cost if this share of them is left, rounded up. */
    static long scaled(long cost, int perMille) {
        return Math.min(COST_MAX, (cost * Rollout.EVERYBODY + perMille - 1) / perMille);
    }
}
