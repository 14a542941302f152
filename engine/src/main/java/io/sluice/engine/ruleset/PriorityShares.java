package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Bounds;

/**
 * The shares of its capacity that a limit keeps for admissions of some priority and above.
 *
 * <p>They add up: with 20% for high and 10% for critical, and 15 tokens, one of normal priority is admitted if 4 tokens
 * are left over after it (30% of 15, rounded down), one of high priority if 1 is, a critical one if none is.
 *
 * @param normalPerMille kept from {@link PriorityLevel#LOW}
 * @param highPerMille kept from {@link PriorityLevel#NORMAL} and below
 * @param criticalPerMille kept from {@link PriorityLevel#HIGH} and below
 * @param bounds the priorities that admissions can have; above and below, they count as the nearest of these
 */
public record PriorityShares(int normalPerMille, int highPerMille, int criticalPerMille, PriorityBounds bounds) {
    public static final PriorityShares NONE = new PriorityShares(0, 0, 0);

    private static final int ALL = 1_000;

    public PriorityShares {
        Bounds.within("normal", normalPerMille, 0, ALL);
        Bounds.within("high", highPerMille, 0, ALL);
        Bounds.within("critical", criticalPerMille, 0, ALL);
        int total = normalPerMille + highPerMille + criticalPerMille;
        if (total > ALL) {
            throw new IllegalArgumentException(total / 10 + "." + total % 10 + "% in all (expected: at most 100%)");
        }
    }

    /** Shares for admissions of any priority. */
    public PriorityShares(int normalPerMille, int highPerMille, int criticalPerMille) {
        this(normalPerMille, highPerMille, criticalPerMille, PriorityBounds.ANY);
    }

    /** The same shares for admissions whose priorities have these bounds. */
    PriorityShares within(PriorityBounds other) {
        return new PriorityShares(normalPerMille, highPerMille, criticalPerMille, other);
    }

    /** The share that is kept from an admission of this priority. */
    public int perMilleAbove(PriorityLevel priority) {
        return switch (bounds.nearest(priority)) {
            case LOW -> normalPerMille + highPerMille + criticalPerMille;
            case NORMAL -> highPerMille + criticalPerMille;
            case HIGH -> criticalPerMille;
            case CRITICAL -> 0;
        };
    }

    /**
     * The tokens that have to be left over after an admission of this priority, rounded down: a capacity is at most
     * 10^12, so the product keeps within a long.
     */
    public long tokensAbove(PriorityLevel priority, long capacity) {
        return capacity * perMilleAbove(priority) / ALL;
    }
}
