package io.sluice.streams.usage;

import io.sluice.streams.usage.SpaceSaving.Count;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys with the largest values, for values that only grow, and that are reported whenever they grow. A key that
 * was dropped comes back with its full value, so kept values are exact.
 */
final class LargestValues {
    private final int keysMax;
    private final Map<String, Long> values = new HashMap<>();

    LargestValues(int keysMax) {
        this.keysMax = keysMax;
    }

    void raise(String key, long value) {
        values.merge(key, value, Math::max);
        // Drops many keys at once, so that adding one needs no search.
        if (values.size() > 2 * keysMax) {
            List<Count> kept = largest(keysMax);
            values.clear();
            kept.forEach(count -> values.put(count.key(), count.count()));
        }
    }

    /** The keys with the largest values, largest first; of equal ones the first in the order of names. */
    List<Count> largest(int countMax) {
        List<Count> counts = new ArrayList<>(values.size());
        values.forEach((key, value) -> counts.add(new Count(key, value, 0)));
        return SpaceSaving.heaviest(counts, Math.min(countMax, keysMax));
    }
}
