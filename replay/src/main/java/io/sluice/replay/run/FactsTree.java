package io.sluice.replay.run;

import io.sluice.schemas.WireException;
import java.util.Map;
import java.util.TreeMap;

/** What a partition's log was like as JSON, in a {@link RunJournal}. */
public final class FactsTree {
    private FactsTree() {}

    /** Puts all of it beside the members of a result. */
    public static void put(Map<String, Object> tree, PartitionFacts facts, RunCounters counters) {
        tree.put("partition", (long) facts.partition());
        tree.put("beginOffset", facts.beginOffset());
        tree.put("firstOffset", facts.firstOffset());
        tree.put("lastOffset", facts.lastOffset());
        tree.put("firstMillis", facts.firstMillis());
        tree.put("lastMillis", facts.lastMillis());
        tree.put("before", facts.before());
        tree.put("records", facts.records());
        tree.put("missing", facts.missing());
        tree.put("withoutRules", facts.withoutRules());
        tree.put("start", facts.start().name());
        tree.put("startRevision", facts.startRules().revision());
        tree.put("startIsUncertain", facts.startRules().isUncertain());
        tree.put("clockClamps", counters.clockClamps());
        tree.put("clockSteps", counters.clockSteps());
        tree.put("refused", new TreeMap<>(counters.refused()));
    }

    /** The facts that were put. */
    public static PartitionFacts facts(Map<?, ?> tree) throws WireException {
        return new PartitionFacts(
                Math.toIntExact(number(tree, "partition")),
                number(tree, "beginOffset"),
                number(tree, "firstOffset"),
                number(tree, "lastOffset"),
                number(tree, "firstMillis"),
                number(tree, "lastMillis"),
                number(tree, "before"),
                number(tree, "records"),
                number(tree, "missing"),
                number(tree, "withoutRules"),
                PartitionFacts.Start.valueOf(String.valueOf(tree.get("start"))),
                new StartRules(
                        null, number(tree, "startRevision"), null, Boolean.TRUE.equals(tree.get("startIsUncertain"))));
    }

    /** The counters that were put. */
    public static RunCounters counters(Map<?, ?> tree) throws WireException {
        Map<String, Long> refused = new TreeMap<>();
        if (tree.get("refused") instanceof Map<?, ?> counts) {
            for (Object reason : counts.keySet()) {
                refused.put(String.valueOf(reason), number(counts, String.valueOf(reason)));
            }
        }
        return new RunCounters(number(tree, "clockClamps"), number(tree, "clockSteps"), refused);
    }

    /** A member that is a whole number. */
    public static long number(Map<?, ?> tree, String name) throws WireException {
        if (tree.get(name) instanceof Long number) {
            return number;
        }
        throw new WireException(name, tree.get(name) + " (expected: a whole number)");
    }
}
