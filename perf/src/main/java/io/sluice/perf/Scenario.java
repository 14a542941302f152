package io.sluice.perf;

import io.sluice.perf.report.Row;
import java.util.List;

/** One numbered thing that is measured, beside its baselines. */
public interface Scenario {
    String number();

    /** The name on the command line. */
    String name();

    /** Numbers of what else is measured with it: its baselines, or another view of the same. */
    default List<String> covers() {
        return List.of();
    }

    /** Whether it belongs to a run that names no scenario. */
    default boolean isStandard() {
        return true;
    }

    /**
     * Measures; takes the machine for itself.
     *
     * @throws ScenarioFailedException if what was measured is not what it seems to be
     */
    List<Row> run(Setting setting) throws Exception;
}
