package io.sluice.cli.chaos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One round: what was done, and what callers saw of it.
 *
 * @param injectedNanos just before the first fault
 * @param healedNanos when the healing began
 * @param wholeNanos when everything was whole again
 * @param calls of the whole round
 */
record Round(
        int number,
        List<String> faults,
        String what,
        Affected affected,
        long injectedNanos,
        long healedNanos,
        long wholeNanos,
        List<SeenCall> calls) {
    private static final double P99 = 0.99;
    private static final long NANOS_PER_MILLI = 1_000_000;

    String name() {
        return String.join(" + ", faults);
    }

    /**
     * The longest time without a verdict on anything that was affected: a partition as the other front ends see it, or
     * a front end as its callers see it. Where nobody may be affected, on any partition.
     */
    long outageMillis() {
        Set<Integer> partitions = affected.equals(Affected.NOBODY)
                ? IntStream.range(0, Deployment.REQUEST_PARTITIONS).boxed().collect(Collectors.toSet())
                : affected.partitions();
        long longest = 0;
        for (int partition : partitions) {
            longest = Math.max(
                    longest,
                    gapMillis(call -> call.partition() == partition
                            && !affected.frontEnds().contains(call.frontEnd())));
        }
        for (int frontEnd : affected.frontEnds()) {
            longest = Math.max(
                    longest,
                    gapMillis(call -> call.frontEnd() == frontEnd
                            && !affected.partitions().contains(call.partition())));
        }
        return longest;
    }

    private long gapMillis(Predicate<SeenCall> of) {
        List<Long> times = new ArrayList<>(calls.stream()
                .filter(call -> call.isDecided() && !call.local() && of.test(call))
                .map(SeenCall::answeredNanos)
                .filter(nanos -> nanos > injectedNanos)
                .sorted()
                .toList());
        long last = injectedNanos;
        long longest = 0;
        for (long time : times) {
            longest = Math.max(longest, time - last);
            last = time;
        }
        return longest / NANOS_PER_MILLI;
    }

    /** From the end of the fault until any one member or broker may be stopped again. */
    long wholeMillis() {
        return (wholeNanos - healedNanos) / NANOS_PER_MILLI;
    }

    private List<SeenCall> during() {
        return calls.stream()
                .filter(call -> call.answeredNanos() > injectedNanos && call.sentNanos() < wholeNanos)
                .toList();
    }

    /** What those waited whom the fault must not hurt. */
    List<Long> survivorsMillis() {
        return during().stream()
                .filter(call -> !affected.includes(call) && !call.local() && call.isAnswered())
                .map(SeenCall::millis)
                .toList();
    }

    /** Requests without a verdict, though the fault must not hurt them. */
    List<SeenCall> survivorsFailed() {
        return during().stream()
                .filter(call -> !affected.includes(call) && !call.isDecided())
                .toList();
    }

    /** Requests without a verdict that the fault may hurt. */
    List<SeenCall> affectedFailed() {
        return during().stream()
                .filter(call -> affected.includes(call) && !call.isDecided())
                .toList();
    }

    /** Requests without any answer, but for those to a front end that could give none. */
    List<SeenCall> unanswered() {
        return calls.stream()
                .filter(call -> !call.isAnswered() && !affected.gone().contains(call.frontEnd()))
                .toList();
    }

    long p99Millis() {
        return p99(survivorsMillis());
    }

    /** Every status but a verdict's, for a line of the log. */
    Set<Integer> statuses() {
        return calls.stream()
                .filter(call -> !call.isDecided())
                .map(SeenCall::status)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    static long p99(List<Long> millis) {
        if (millis.isEmpty()) {
            return 0;
        }
        long[] sorted = millis.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return sorted[Math.min(sorted.length - 1, (int) (sorted.length * P99))];
    }
}
