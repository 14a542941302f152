package io.sluice.cli.chaos;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a run does.
 *
 * @param seed what chance is seeded with
 * @param rounds how many rounds
 * @param faults the first rounds' faults, each by its name, or a pair as {@code one+other}; random pairs of them follow
 * @param requestsPerSecond the load
 * @param from the directory of an earlier build to start from and to upgrade, or null
 * @param withReplica whether a reply replica runs, whose replies must be equal to the streams apps'
 */
record ChaosConfig(
        long seed,
        int rounds,
        List<String> faults,
        int requestsPerSecond,
        @Nullable Path from,
        boolean withReplica) {
    static final String ALL = "all";
    /** Every fault alone, and as many pairs. */
    private static final int ROUNDS = 50;

    private static final String PREFIX = "sluice.chaos.";

    ChaosConfig {
        faults = List.copyOf(faults);
        if (rounds < 1 || requestsPerSecond < 1) {
            throw new IllegalArgumentException(
                    "rounds, rate: " + rounds + ", " + requestsPerSecond + " (expected: 1 or more)");
        }
    }

    /** From the properties of the JVM, which {@code ./dev chaos} sets. */
    static ChaosConfig ofProperties(List<String> faultsUnlessSet) {
        String faults = System.getProperty(PREFIX + "faults", String.join(",", faultsUnlessSet));
        List<String> named =
                faults.equals(ALL) ? Faults.all().stream().map(Fault::name).toList() : List.of(faults.split(",", -1));
        String from = System.getProperty(PREFIX + "from", "");
        return new ChaosConfig(
                Long.getLong(PREFIX + "seed", System.nanoTime() & 0xffff_ffffL),
                Integer.getInteger(PREFIX + "rounds", faults.equals(ALL) ? ROUNDS : named.size()),
                named,
                Integer.getInteger(PREFIX + "rate", 100),
                from.isEmpty() ? null : Path.of(from),
                Boolean.getBoolean(PREFIX + "replica"));
    }

    /** The faults of every round: those named, in turn, and then pairs that chance picks. */
    List<List<Fault>> plan(Random random) {
        List<List<Fault>> plan = new ArrayList<>();
        for (String round : faults) {
            plan.add(named(round));
        }
        List<Fault> known = plan.stream().flatMap(List::stream).distinct().toList();
        while (plan.size() < rounds) {
            plan.add(pair(known, random));
        }
        return plan.subList(0, rounds);
    }

    private static List<Fault> named(String round) {
        var byName = Faults.all().stream().collect(Collectors.toMap(Fault::name, Function.identity()));
        List<Fault> faults = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String name : round.split("\\+", -1)) {
            Fault fault = byName.get(name);
            if (fault == null || !seen.add(name)) {
                throw new IllegalArgumentException("fault: " + name + " (expected: one of "
                        + byName.keySet().stream().sorted().toList() + ", once in a round)");
            }
            faults.add(fault);
        }
        return faults;
    }

    /** Two that go together; one alone where there are none. */
    private static List<Fault> pair(List<Fault> known, Random random) {
        Fault one = known.get(random.nextInt(known.size()));
        List<Fault> others = known.stream().filter(one::goesWith).toList();
        return others.isEmpty() ? List.of(one) : List.of(one, others.get(random.nextInt(others.size())));
    }
}
