package io.sluice.replay.whatif;

import io.sluice.replay.run.PartitionFacts;
import io.sluice.replay.run.RunCounters;
import java.util.List;

/**
 * What a candidate would have decided.
 *
 * @param log what the log is called
 * @param base what the base is called
 * @param candidate what the candidate is called
 * @param wide how limits of all accounts were judged
 * @param facts what the log was like, by partition
 */
public record WhatIfResult(
        String log,
        String base,
        String candidate,
        WideLimits wide,
        List<PartitionFacts> facts,
        RunCounters counters,
        Comparison comparison) {
    public WhatIfResult {
        facts = List.copyOf(facts);
    }

    /** All partitions together. */
    public static WhatIfResult of(String log, String base, String candidate, List<WhatIfPart> parts) {
        return of(log, base, candidate, WideLimits.NONE, parts);
    }

    /** All partitions together. */
    public static WhatIfResult of(String log, String base, String candidate, WideLimits wide, List<WhatIfPart> parts) {
        return new WhatIfResult(
                log,
                base,
                candidate,
                wide,
                parts.stream().map(WhatIfPart::facts).toList(),
                parts.stream().map(WhatIfPart::counters).reduce(RunCounters.NONE, RunCounters::plus),
                parts.stream().map(WhatIfPart::comparison).reduce(Comparison.NONE, Comparison::plus));
    }
}
