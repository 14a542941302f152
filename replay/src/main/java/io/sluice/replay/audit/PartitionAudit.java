package io.sluice.replay.audit;

import io.sluice.replay.run.PartitionFacts;
import io.sluice.replay.run.RunCounters;
import java.util.List;

/**
 * The audit of one partition.
 *
 * @param derived decisions that the log leads to, in the window
 * @param matched of these, how many are recorded just so
 * @param notCompared of these, how many have no counterpart that could be compared: the decision topic no longer
 *     reaches back to them, or too many waited at once
 * @param differences decisions that differ, all of them counted
 * @param contradictions of these, those that are wrong whatever the log does not tell of its beginning
 * @param listed the first of them
 * @param counters what the run met beside decisions
 */
public record PartitionAudit(
        PartitionFacts facts,
        long derived,
        long matched,
        long notCompared,
        long differences,
        long contradictions,
        List<Difference> listed,
        RunCounters counters) {
    public PartitionAudit {
        listed = List.copyOf(listed);
    }
}
