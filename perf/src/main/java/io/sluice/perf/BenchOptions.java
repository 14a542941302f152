package io.sluice.perf;

import io.sluice.perf.report.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the command line asks for.
 *
 * @param names benchmarks to run; empty for all
 */
record BenchOptions(List<String> names, Scale scale, Output output) {
    BenchOptions {
        names = List.copyOf(names);
    }

    /**
     * Reads the arguments.
     *
     * @throws IllegalArgumentException naming the argument that means nothing
     */
    static BenchOptions parse(String... arguments) {
        List<String> names = new ArrayList<>();
        Scale scale = Scale.FULL;
        Output output = Output.TEXT;
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (argument.equals("--quick")) {
                scale = Scale.QUICK;
            } else if (argument.equals("--output")) {
                i++;
                output = output(i < arguments.length ? arguments[i] : "");
            } else if (argument.startsWith("-")) {
                throw new IllegalArgumentException(argument + " (expected: --quick or --output text|json)");
            } else {
                names.add(argument);
            }
        }
        return new BenchOptions(names, scale, output);
    }

    private static Output output(String name) {
        try {
            return Output.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--output \"" + name + "\" (expected: text or json)", e);
        }
    }
}
