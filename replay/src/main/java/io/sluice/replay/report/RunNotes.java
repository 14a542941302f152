package io.sluice.replay.report;

import io.sluice.replay.run.PartitionFacts;
import io.sluice.replay.run.RunCounters;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a log was like, and what that means for a result: nothing is passed over in silence. */
final class RunNotes {
    /** What else it may mean that records are refused. */
    private static final Map<String, String> EFFECTS = Map.of(
            "invalid-ruleset",
            "; if an app of another version took them, what follows was decided under other rules",
            "forged",
            "; if an app took them, this replay has other public keys than it, and misses rules or commands");

    private RunNotes() {}

    static List<String> of(List<PartitionFacts> facts, RunCounters counters) {
        List<String> notes = new ArrayList<>();
        notes.add(span(facts));
        starts(facts)
                .forEach((start, partitions) -> notes.add(
                        "state at the beginning, partitions " + String.join(", ", partitions) + ": " + start));
        rules(facts)
                .forEach((rules, partitions) -> notes.add(
                        "rules at the beginning, partitions " + String.join(", ", partitions) + ": " + rules));
        long missing = facts.stream().mapToLong(PartitionFacts::missing).sum();
        if (missing > 0) {
            notes.add(missing + " offsets are missing between records: what they held is not part of the result");
        }
        long withoutRules =
                facts.stream().mapToLong(PartitionFacts::withoutRules).sum();
        if (withoutRules > 0) {
            notes.add(withoutRules
                    + " records came before any ruleset in this log: no limit applied to them, whatever was in force");
        }
        new TreeMap<>(counters.refused())
                .forEach((reason, count) -> notes.add(count + " records are refused (" + reason
                        + "), as dead letters say: they decide nothing" + EFFECTS.getOrDefault(reason, "")));
        if (counters.clockClamps() > 0) {
            notes.add(counters.clockClamps() + " timestamps lay before their partition's time, which waited for them:"
                    + " limits refilled more slowly");
        }
        if (counters.clockSteps() > 0) {
            notes.add(counters.clockSteps()
                    + " timestamps were more than a minute ahead, and were followed by a minute at a time");
        }
        return notes;
    }

    private static String span(List<PartitionFacts> facts) {
        long records = facts.stream().mapToLong(PartitionFacts::records).sum();
        long before = facts.stream().mapToLong(PartitionFacts::before).sum();
        if (records == 0) {
            return "no records in the window";
        }
        List<PartitionFacts> used = facts.stream().filter(one -> !one.isEmpty()).toList();
        long first = used.stream().mapToLong(PartitionFacts::firstMillis).min().orElseThrow();
        long last = used.stream().mapToLong(PartitionFacts::lastMillis).max().orElseThrow();
        return records + " records from " + Instant.ofEpochMilli(first) + " to " + Instant.ofEpochMilli(last)
                + (before == 0 ? "" : ", after " + before + " that were run for the state");
    }

    private static Map<String, List<String>> rules(List<PartitionFacts> facts) {
        Map<String, List<String>> rules = new TreeMap<>();
        for (PartitionFacts one : facts) {
            if (one.start() != PartitionFacts.Start.EXACT && one.startRules().revision() > 0) {
                String text = "revision " + one.startRules().revision() + ", the newest that was published by then"
                        + (one.startRules().isUncertain()
                                ? ", some of it less than 10 s before: the first records may have been decided under"
                                        + " what came before it"
                                : "");
                rules.computeIfAbsent(text, key -> new ArrayList<>()).add(Integer.toString(one.partition()));
            }
        }
        return rules;
    }

    private static Map<String, List<String>> starts(List<PartitionFacts> facts) {
        Map<String, List<String>> starts = new TreeMap<>();
        facts.forEach(one -> starts.computeIfAbsent(one.start().text(), text -> new ArrayList<>())
                .add(Integer.toString(one.partition())));
        return starts;
    }
}
