package io.sluice.perf;

import io.sluice.perf.report.Row;
import java.util.List;

/** One numbered thing that is measured, beside its baselines. */
public interface Scenario {
    Listing listing();

    default String number() {
        return listing().number();
    }

    /**
     * Measures; takes the machine for itself.
     *
     * @throws ScenarioFailedException if what was measured is not what it seems to be
     */
    List<Row> run(Setting setting) throws Exception;

    /**
     * How a scenario is chosen.
     *
     * @param name the name on the command line
     * @param covers numbers of what else is measured with it: its baselines, or another view of the same
     * @param standard whether it belongs to a run that names no scenario
     */
    record Listing(String number, String name, List<String> covers, boolean standard) {
        public static Listing of(String number, String name, String... covers) {
            return new Listing(number, name, List.of(covers), true);
        }

        /** Not in a run that names no scenario. */
        public Listing onlyByName() {
            return new Listing(number, name, covers, false);
        }

        boolean answersTo(String asked) {
            return asked.equals(number) || asked.equals(name) || covers.contains(asked);
        }
    }
}
