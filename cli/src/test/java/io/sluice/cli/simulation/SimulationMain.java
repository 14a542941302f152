package io.sluice.cli.simulation;

import io.sluice.replay.log.LogException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code ./dev sim [--seed N] [--count N] [--defect NAME]}: simulates seeds, one after the other. {@code --golden
 * DIRECTORY} writes the {@link GoldenLogs} of some of them instead.
 */
final class SimulationMain {
    /** From so many seeds on, everything that can occur must have occurred. */
    private static final long COVERING_SEEDS = 100;

    private static final double NANOS = 1e9;

    private SimulationMain() {}

    private record Options(
            long seed, long count, Defect defect, @Nullable Path golden) {
        static Options of(List<String> args) {
            long seed = 1;
            long count = 300;
            Defect defect = Defect.NONE;
            Path golden = null;
            for (int i = 0; i < args.size(); i += 2) {
                String value = i + 1 < args.size() ? args.get(i + 1) : "";
                switch (args.get(i)) {
                    case "--seed" -> seed = Long.parseLong(value);
                    case "--count" -> count = Long.parseLong(value);
                    case "--defect" -> defect = Defect.valueOf(value);
                    case "--golden" -> golden = Path.of(value);
                    default ->
                        throw new IllegalArgumentException(
                                args.get(i) + " (expected: --seed N, --count N, --defect NAME, --golden DIRECTORY)");
                }
            }
            return new Options(seed, count, defect, golden);
        }
    }

    public static void main(String[] args) throws LogException, IOException {
        Options options = Options.of(List.of(args));
        if (options.golden() != null) {
            GoldenLogs.write(options.golden(), options.seed(), options.count(), System.out);
            return;
        }
        System.exit(run(options, System.out) ? 0 : 1);
    }

    private static boolean run(Options options, PrintStream out) {
        long startNanos = System.nanoTime();
        Coverage coverage = new Coverage();
        List<SimulationResult> failures = new ArrayList<>();
        long records = 0;
        String hash = "";
        for (long seed = options.seed(); seed < options.seed() + options.count(); seed++) {
            SimulationResult result = Simulation.run(seed, options.defect());
            coverage.add(result.coverage());
            records += result.records();
            hash = result.traceHash();
            if (result.failure() != null) {
                failures.add(result);
                out.println(result.report());
                result.failure().printStackTrace(out);
                if (failures.size() == 3) {
                    break;
                }
            }
        }
        double seconds = (System.nanoTime() - startNanos) / NANOS;
        out.print(coverage.table());
        out.printf(
                "%d seeds from %d, %d records, %.1f s, %.1f seeds/s, %d failed; trace of the last seed: %s%n",
                options.count(), options.seed(), records, seconds, options.count() / seconds, failures.size(), hash);
        List<Occurrence> missing = options.count() < COVERING_SEEDS ? List.of() : coverage.missing();
        missing.forEach(occurrence -> out.println("never occurred: " + occurrence));
        return failures.isEmpty() && missing.isEmpty();
    }
}
