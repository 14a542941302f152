package io.sluice.cli.chaos;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The rounds of a run, as a table in Markdown: one row for each fault, and one for all pairs. */
final class ChaosReport {
    private static final String PAIRS = "two at once";

    private final List<Round> rounds = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    void add(Round round) {
        rounds.add(round);
        System.out.println(line(round));
        if (!round.survivorsFailed().isEmpty()) {
            System.out.println("          survivors failed, by seconds since the fault: " + bySecond(round));
        }
    }

    /** When they were sent, to compare with the logs of the processes. */
    private static Map<Long, Long> bySecond(Round round) {
        return round.survivorsFailed().stream()
                .collect(Collectors.groupingBy(
                        call -> TimeUnit.NANOSECONDS.toSeconds(call.sentNanos() - round.injectedNanos()),
                        TreeMap::new,
                        Collectors.counting()));
    }

    void failed(Round round, Throwable failure) {
        failures.add(
                "round " + round.number() + " (" + round.name() + ": " + round.what() + "): " + failure.getMessage());
        System.out.println("round " + round.number() + " FAILED: " + failure.getMessage());
    }

    List<String> failures() {
        return failures;
    }

    private static String line(Round round) {
        return String.format(
                "round %2d  %-40s without verdicts %6d ms  whole after %6d ms  survivors' p99 %5d ms of %4d,"
                        + " failed %d  affected failed %d %s unanswered %d  (%s)",
                round.number(),
                round.name(),
                round.outageMillis(),
                round.wholeMillis(),
                round.p99Millis(),
                round.survivorsMillis().size(),
                round.survivorsFailed().size(),
                round.affectedFailed().size(),
                round.statuses(),
                round.unanswered().size(),
                round.what());
    }

    String markdown() {
        Map<String, List<Round>> byFault = new LinkedHashMap<>();
        for (Round round : rounds) {
            String name = round.faults().size() == 1 ? round.faults().get(0) : PAIRS;
            byFault.computeIfAbsent(name, any -> new ArrayList<>()).add(round);
        }
        StringBuilder table = new StringBuilder("| fault | rounds | longest without verdicts, ms: median, max |"
                + " whole again after, ms: median, max | survivors' p99, ms | survivors failed |\n"
                + "| --- | ---: | ---: | ---: | ---: | ---: |\n");
        byFault.forEach((name, of) -> table.append(row(name, of)));
        return table.toString();
    }

    private static String row(String name, List<Round> of) {
        List<Long> outages = of.stream().map(Round::outageMillis).sorted().toList();
        List<Long> whole = of.stream().map(Round::wholeMillis).sorted().toList();
        List<Long> survivors =
                of.stream().flatMap(round -> round.survivorsMillis().stream()).toList();
        int failed =
                of.stream().mapToInt(round -> round.survivorsFailed().size()).sum();
        return String.format(
                "| %s | %d | %s, %s | %s, %s | %s | %d of %s |%n",
                name,
                of.size(),
                number(outages.get(outages.size() / 2)),
                number(outages.get(outages.size() - 1)),
                number(whole.get(whole.size() / 2)),
                number(whole.get(whole.size() - 1)),
                survivors.isEmpty() ? "nobody" : number(Round.p99(survivors)),
                failed,
                number(survivors.size() + failed));
    }

    private static String number(long value) {
        return String.format(java.util.Locale.ROOT, "%,d", value);
    }
}
