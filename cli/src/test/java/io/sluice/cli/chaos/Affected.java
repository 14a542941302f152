package io.sluice.cli.chaos;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Whom a fault may hurt. Everybody else must not notice it.
 *
 * @param partitions request partitions that may stop for a while
 * @param frontEnds front ends whose callers may wait or get an error
 * @param gone of these, the ones that cannot answer at all
 */
record Affected(Set<Integer> partitions, Set<Integer> frontEnds, Set<Integer> gone) {
    static final Affected NOBODY = new Affected(Set.of(), Set.of(), Set.of());

    Affected {
        partitions = Set.copyOf(partitions);
        frontEnds = Set.copyOf(frontEnds);
        gone = Set.copyOf(gone);
    }

    static Affected ofPartitions(Set<Integer> partitions) {
        return new Affected(partitions, Set.of(), Set.of());
    }

    static Affected everyPartition() {
        return ofPartitions(
                IntStream.range(0, Deployment.REQUEST_PARTITIONS).boxed().collect(java.util.stream.Collectors.toSet()));
    }

    /** A front end that answers that it has no verdict. */
    static Affected ofFrontEnd(int frontEnd) {
        return new Affected(Set.of(), Set.of(frontEnd), Set.of());
    }

    /** A front end that does not answer. */
    static Affected ofGone(int frontEnd) {
        return new Affected(Set.of(), Set.of(frontEnd), Set.of(frontEnd));
    }

    Affected and(Affected other) {
        return new Affected(
                union(partitions, other.partitions), union(frontEnds, other.frontEnds), union(gone, other.gone));
    }

    private static Set<Integer> union(Set<Integer> one, Set<Integer> other) {
        Set<Integer> union = new HashSet<>(one);
        union.addAll(other);
        return union;
    }

    boolean includes(SeenCall call) {
        return partitions.contains(call.partition()) || frontEnds.contains(call.frontEnd());
    }
}
