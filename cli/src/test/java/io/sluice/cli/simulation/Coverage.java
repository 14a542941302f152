package io.sluice.cli.simulation;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How often each {@link Occurrence} occurred. */
final class Coverage {
    private final Map<Occurrence, Long> counts = new EnumMap<>(Occurrence.class);

    void count(Occurrence occurrence) {
        counts.merge(occurrence, 1L, Long::sum);
    }

    void add(Coverage other) {
        other.counts.forEach((occurrence, count) -> counts.merge(occurrence, count, Long::sum));
    }

    long of(Occurrence occurrence) {
        return counts.getOrDefault(occurrence, 0L);
    }

    List<Occurrence> missing() {
        return Arrays.stream(Occurrence.values())
                .filter(occurrence -> of(occurrence) == 0)
                .toList();
    }

    /** A line for each. */
    String table() {
        StringBuilder table = new StringBuilder();
        for (Occurrence occurrence : Occurrence.values()) {
            table.append("%10d  %-22s %s%n".formatted(of(occurrence), occurrence, occurrence.meaning()));
        }
        return table.toString();
    }
}
