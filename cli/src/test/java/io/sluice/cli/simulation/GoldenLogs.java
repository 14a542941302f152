package io.sluice.cli.simulation;

import io.sluice.engine.ledger.LedgerVersion;
import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogExport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Logs of simulated clusters with their decisions, in files that stay as they are: whoever changes what is decided,
 * finds out by them. There is a directory for each ledger version, and in it one for each seed.
 *
 * <p>A few seeds suffice. The one with the most that no other has shown is taken next, until everything that can occur
 * has occurred.
 */
final class GoldenLogs {
    static final Path DIRECTORY = Path.of("src/test/resources/golden/ledger");

    private GoldenLogs() {}

    /** The logs that the newest ledger version decided. */
    static Path newest() {
        return DIRECTORY.resolve(Integer.toString(LedgerVersion.NEWEST.number()));
    }

    /** Writes the logs of as many seeds as it takes. */
    static void write(Path directory, long firstSeed, long count, PrintStream out) throws LogException, IOException {
        for (long seed : chosen(firstSeed, count)) {
            SimulatedLog log = new SimulatedLog(Simulation.history(seed));
            Path place = directory.resolve("seed-" + seed);
            LogExport.Part all = new LogExport.Part(null, null, /* decisions= */ true, /* anonymised= */ false);
            new LogExport(log, () -> false).to(place, all);
            out.println(place);
        }
    }

    private static List<Long> chosen(long firstSeed, long count) {
        Map<Long, Set<Occurrence>> shown = new HashMap<>();
        for (long seed = firstSeed; seed < firstSeed + count; seed++) {
            shown.put(seed, occurred(Simulation.run(seed, Defect.NONE).coverage()));
        }
        List<Long> chosen = new ArrayList<>();
        Set<Occurrence> missing = EnumSet.allOf(Occurrence.class);
        while (!missing.isEmpty()) {
            long best = firstSeed;
            int most = 0;
            for (long seed = firstSeed; seed < firstSeed + count; seed++) {
                Set<Occurrence> more = EnumSet.copyOf(missing);
                more.retainAll(shown.get(seed));
                if (more.size() > most) {
                    best = seed;
                    most = more.size();
                }
            }
            if (most == 0) {
                throw new IllegalStateException("never occurred: " + missing + " (expected: more seeds)");
            }
            missing.removeAll(shown.get(best));
            chosen.add(best);
        }
        return chosen;
    }

    private static Set<Occurrence> occurred(Coverage coverage) {
        Set<Occurrence> occurred = EnumSet.noneOf(Occurrence.class);
        for (Occurrence occurrence : Occurrence.values()) {
            if (coverage.of(occurrence) > 0) {
                occurred.add(occurrence);
            }
        }
        return occurred;
    }
}
