package io.sluice.cli;

import io.sluice.streams.admission.LabelBounds;
import picocli.CommandLine.Option;

/** The option for how many names of the ruleset the metrics of a streams app show; others count as {@code other}. */
public final class LabelOptions {
    @Option(
            names = "--metric-limits-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_METRIC_LIMITS_MAX:-100}",
            description = "Limits that metrics name (or $SLUICE_METRIC_LIMITS_MAX; default: 100).")
    private int limitsMax;

    @Option(
            names = "--metric-tiers-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_METRIC_TIERS_MAX:-10}",
            description = "Tiers that metrics name (or $SLUICE_METRIC_TIERS_MAX; default: 10).")
    private int tiersMax;

    @Option(
            names = "--metric-routes-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_METRIC_ROUTES_MAX:-30}",
            description = "Path templates of limits that metrics name (or $SLUICE_METRIC_ROUTES_MAX; default: 30).")
    private int routesMax;

    /**
     * The chosen bounds.
     *
     * @throws CommandFailure if a number is out of its bounds
     */
    public LabelBounds read() throws CommandFailure {
        try {
            return new LabelBounds(limitsMax, tiersMax, routesMax);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("metrics: " + e.getMessage(), e);
        }
    }
}
