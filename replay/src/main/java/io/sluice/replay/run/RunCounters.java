package io.sluice.replay.run;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a partition's run met, beside decisions.
 *
 * @param clockClamps records whose timestamp lay before the partition's time
 * @param clockSteps records whose timestamp was too far ahead to be trusted at once
 * @param refused records that the log refuses, by reason
 */
public record RunCounters(long clockClamps, long clockSteps, Map<String, Long> refused) {
    /** Nothing. */
    public static final RunCounters NONE = new RunCounters(0, 0, Map.of());

    public RunCounters {
        refused = Map.copyOf(refused);
    }

    /** Reads the clocks' counters of a run from its registry. */
    public static RunCounters of(MeterRegistry registry, Map<String, Long> refused) {
        return new RunCounters(
                count(registry, "sluice.clock.clamps"), count(registry, "sluice.clock.steps.cut"), refused);
    }

    private static long count(MeterRegistry registry, String name) {
        Counter counter = registry.find(name).counter();
        return counter == null ? 0 : (long) counter.count();
    }

    /** Both together. */
    public RunCounters plus(RunCounters others) {
        Map<String, Long> sums = new TreeMap<>(refused);
        others.refused.forEach((reason, count) -> sums.merge(reason, count, Long::sum));
        return new RunCounters(clockClamps + others.clockClamps, clockSteps + others.clockSteps, sums);
    }

    /** The name under which a refused record is counted: records of another version by themselves. */
    public static String refusal(String reason, String detail) {
        return detail.startsWith("v ") ? reason + ", of another version" : reason;
    }
}
