package io.sluice.perf;

import java.util.ArrayList;
import java.util.List;

/**
 * The options of the command line.
 *
 * @param names scenarios to run; empty for the standard ones
 * @param profile whether the measured JVM is recorded
 */
record BenchOptions(List<String> names, Scale scale, boolean profile, boolean help) {
    BenchOptions {
        names = List.copyOf(names);
    }

    /**
     * Reads the arguments.
     *
     * @throws IllegalArgumentException naming the argument that is unknown
     */
    static BenchOptions parse(String... arguments) {
        List<String> names = new ArrayList<>();
        Scale scale = Scale.STANDARD;
        boolean profile = false;
        boolean help = false;
        for (String argument : arguments) {
            switch (argument) {
                case "--smoke" -> scale = Scale.SMOKE;
                case "--quick" -> scale = Scale.QUICK;
                case "--full" -> scale = Scale.FULL;
                case "--profile" -> profile = true;
                case "--help" -> help = true;
                default -> {
                    if (argument.startsWith("-")) {
                        throw new IllegalArgumentException(
                                argument + " (expected: --smoke, --quick, --full, --profile or --help)");
                    }
                    names.add(argument);
                }
            }
        }
        return new BenchOptions(names, scale, profile, help);
    }

    static String usage() {
        return """
                ./dev bench [SCENARIO...] [--smoke | --quick | --full] [--profile]

                Scenarios, by number or name: %s.
                The baselines 00, 01 and 02 are measured with the scenarios that are compared with them.
                Without names all but 17 to 27 and jmh run, in about ten minutes; --quick takes three, --full is not
                bounded; --smoke only sees that they run. --profile records the measured JVM and prints its top
                frames.
                """.formatted(Scenarios.known());
    }
}
