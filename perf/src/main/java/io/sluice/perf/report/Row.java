package io.sluice.perf.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One figure of a scenario: the result of each run, its baseline and its goal.
 *
 * @param scenario its number
 * @param runs the measurements, run by run; empty if there are none
 * @param baseline the figure to compare with, or null
 * @param goal the target, or null
 * @param inTable whether the table shows it; the JSON document shows every row
 * @param note a remark for the reader; empty for none
 */
public record Row(
        String scenario,
        String figure,
        String unit,
        List<Double> runs,
        @Nullable Baseline baseline,
        @Nullable Goal goal,
        boolean inTable,
        String note) {

    public Row {
        runs = List.copyOf(runs);
        if (baseline != null && baseline.runs().size() != runs.size()) {
            throw new IllegalArgumentException(figure + ": " + runs.size() + " runs (expected: "
                    + baseline.runs().size() + ", as " + baseline.name() + ")");
        }
    }

    /** The other side of the pairs: the same run of both makes one. */
    public record Baseline(String name, List<Double> runs) {
        public Baseline {
            runs = List.copyOf(runs);
        }
    }

    public static Row of(String scenario, String figure, String unit, List<Double> runs) {
        return new Row(scenario, figure, unit, runs, null, null, true, "");
    }

    /** A row without a figure, which says why there is none. */
    public static Row without(String scenario, String figure, String why) {
        return new Row(scenario, figure, "", List.of(), null, null, true, why);
    }

    public Row against(String name, List<Double> baselineRuns) {
        return new Row(scenario, figure, unit, runs, new Baseline(name, baselineRuns), goal, inTable, note);
    }

    public Row toReach(Goal aim) {
        return new Row(scenario, figure, unit, runs, baseline, aim, inTable, note);
    }

    public Row inJsonOnly() {
        return new Row(scenario, figure, unit, runs, baseline, goal, false, note);
    }

    public Row noted(String text) {
        return new Row(scenario, figure, unit, runs, baseline, goal, inTable, text);
    }

    /** Whether it reaches its goal; null if it has none, or was not measured. */
    public @Nullable Boolean met() {
        Goal aim = goal;
        if (aim == null || runs.isEmpty()) {
            return null;
        }
        Spread details = aim.ofRatio() ? ratio() : Spread.of(runs);
        return details == null ? null : aim.isMetBy(details.median());
    }

    /** The ratios of the pairs; null without a baseline. */
    public @Nullable Spread ratio() {
        return baseline == null || runs.isEmpty() ? null : Spread.ofRatios(runs, baseline.runs());
    }
}
