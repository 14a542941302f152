package io.sluice.perf;

import io.sluice.perf.activation.ActivationBenchmark;
import io.sluice.perf.codec.CodecBenchmark;
import io.sluice.perf.engine.EngineBenchmark;
import io.sluice.perf.report.Output;
import io.sluice.perf.report.Table;
import io.sluice.perf.roundtrip.RoundTripBenchmark;
import io.sluice.perf.topology.TopologyBenchmark;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of the benchmarks: {@code Bench [engine|codec|topology|round-trip|activation]... [--quick] [--output json]}.
 *
 * <p>Results go to standard output, progress and complaints to standard error.
 */
public final class Bench {
    private static final int EXIT_USAGE = 2;
    private static final int EXIT_FAILED = 1;
    private static final List<Benchmark> BENCHMARKS = List.of(
            new EngineBenchmark(),
            new CodecBenchmark(),
            new TopologyBenchmark(),
            new RoundTripBenchmark(),
            new ActivationBenchmark());

    private Bench() {}

    public static void main(String[] arguments) {
        // Explicit, since a broker that was left behind by a failure would keep the JVM alive.
        System.exit(run(arguments));
    }

    private static int run(String... arguments) {
        BenchOptions options;
        List<Benchmark> chosen;
        try {
            options = BenchOptions.parse(arguments);
            chosen = chosen(options.names());
        } catch (IllegalArgumentException e) {
            System.err.println("bench: " + e.getMessage());
            return EXIT_USAGE;
        }
        List<Table> tables = new ArrayList<>();
        for (Benchmark benchmark : chosen) {
            System.err.println("bench: " + benchmark.name() + " ...");
            try {
                List<Table> measured = benchmark.run(options.scale());
                if (options.output() == Output.TEXT) {
                    System.out.println(Output.TEXT.of(measured));
                }
                tables.addAll(measured);
            } catch (Exception e) {
                System.err.println("bench: " + benchmark.name() + " failed");
                e.printStackTrace();
                return EXIT_FAILED;
            }
        }
        if (options.output() == Output.JSON) {
            System.out.print(Output.JSON.of(tables));
        }
        return 0;
    }

    private static List<Benchmark> chosen(List<String> names) {
        List<String> known = BENCHMARKS.stream().map(Benchmark::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("\"" + name + "\" (expected: " + String.join(", ", known) + ")");
            }
        }
        return BENCHMARKS.stream()
                .filter(benchmark -> names.isEmpty() || names.contains(benchmark.name()))
                .toList();
    }
}
