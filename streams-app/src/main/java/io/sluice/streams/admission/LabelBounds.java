package io.sluice.streams.admission;

/**
 * How many names of the ruleset have label values of their own in metrics: the first ones of the document. All others
 * count as {@link #OTHER}.
 *
 * @param limitsMax limits
 * @param tiersMax tiers
 * @param routesMax path templates of limits
 */
public record LabelBounds(int limitsMax, int tiersMax, int routesMax) {
    /** The label value of names beyond a bound. */
    static final String OTHER = "other";

    private static final int NAMES_MAX = 10_000;

    public LabelBounds {
        within("metricLimitsMax", limitsMax);
        within("metricTiersMax", tiersMax);
        within("metricRoutesMax", routesMax);
    }

    public static LabelBounds standard() {
        return new LabelBounds(100, 10, 30);
    }

    private static void within(String name, int value) {
        if (value < 0 || value > NAMES_MAX) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 0.." + NAMES_MAX + ")");
        }
    }
}
