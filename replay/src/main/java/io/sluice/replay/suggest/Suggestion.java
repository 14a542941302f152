package io.sluice.replay.suggest;

import io.sluice.replay.log.LogException;
import io.sluice.replay.run.PartitionFacts;
import io.sluice.replay.run.RunStoppedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The smallest factor that keeps to a goal, found by running the log under several at once, again and again.
 *
 * <p>Each round puts factors between the largest that fails and the smallest that keeps to the goal. Requests of other
 * limits are judged along, so a limit that another one hides refuses little.
 *
 * @param curve what the limit refuses under each factor that was tried, by tier
 * @param smallest the smallest of these that keeps to the goal; null if none does
 * @param facts what the log was like, by partition
 * @param uncounted requests in batches, and those that front ends answered out of leases: they are in no figure
 */
public record Suggestion(
        SortedMap<Factor, Map<String, Refusals>> curve,
        @Nullable Factor smallest,
        List<PartitionFacts> facts,
        long uncounted) {
    private static final List<Long> FIRST_PER_MILLE =
            List.of(62L, 125L, 250L, 500L, 1_000L, 2_000L, 4_000L, 8_000L, 16_000L);
    private static final int BETWEEN = 6;
    private static final int ROUNDS_MAX = 4;

    public Suggestion {
        facts = List.copyOf(facts);
    }

    /** Runs the log once under some factors. */
    @FunctionalInterface
    public interface Runs {
        List<RefusalWork.Part> under(List<Factor> factors) throws LogException, RunStoppedException;
    }

    /** Looks for the smallest factor. */
    public static Suggestion find(RefusalGoal goal, Runs runs) throws LogException, RunStoppedException {
        SortedMap<Factor, Map<String, Refusals>> curve = new TreeMap<>();
        List<Factor> factors = FIRST_PER_MILLE.stream().map(Factor::new).toList();
        List<PartitionFacts> facts = List.of();
        long uncounted = 0;
        for (int round = 0; round < ROUNDS_MAX && !factors.isEmpty(); round++) {
            List<RefusalWork.Part> parts = runs.under(factors);
            facts = parts.stream().map(RefusalWork.Part::facts).toList();
            uncounted = parts.stream().mapToLong(RefusalWork.Part::uncounted).sum();
            for (int i = 0; i < factors.size(); i++) {
                curve.put(factors.get(i), together(parts, i));
            }
            factors = next(goal, curve);
        }
        return new Suggestion(curve, smallest(goal, curve), facts, uncounted);
    }

    private static Map<String, Refusals> together(List<RefusalWork.Part> parts, int factor) {
        Map<String, Refusals> sums = new HashMap<>();
        parts.forEach(part ->
                part.byFactor().get(factor).forEach((tier, refusals) -> sums.merge(tier, refusals, Refusals::plus)));
        return sums;
    }

    /** What all tiers together, or the one that the goal names, are refused. */
    public static Refusals of(RefusalGoal goal, Map<String, Refusals> byTier) {
        String tier = goal.tier();
        return tier == null
                ? byTier.values().stream().reduce(Refusals.NONE, Refusals::plus)
                : byTier.getOrDefault(tier, Refusals.NONE);
    }

    private static @Nullable Factor smallest(RefusalGoal goal, SortedMap<Factor, Map<String, Refusals>> curve) {
        Factor smallest = null;
        // From the largest down, as long as each keeps to the goal.
        for (Map.Entry<Factor, Map<String, Refusals>> point :
                new TreeMap<>(curve).descendingMap().entrySet()) {
            if (!goal.isMetBy(of(goal, point.getValue()))) {
                return smallest;
            }
            smallest = point.getKey();
        }
        return smallest;
    }

    private static List<Factor> next(RefusalGoal goal, SortedMap<Factor, Map<String, Refusals>> curve) {
        Factor smallest = smallest(goal, curve);
        if (smallest == null || smallest.equals(curve.firstKey())) {
            return List.of();
        }
        long high = smallest.perMille();
        long low = curve.headMap(smallest).lastKey().perMille();
        List<Factor> factors = new ArrayList<>();
        for (int i = 1; i <= BETWEEN; i++) {
            long between = low + (high - low) * i / (BETWEEN + 1);
            if (between > low
                    && between < high
                    && (factors.isEmpty() || factors.get(factors.size() - 1).perMille() < between)) {
                factors.add(new Factor(between));
            }
        }
        return factors;
    }
}
