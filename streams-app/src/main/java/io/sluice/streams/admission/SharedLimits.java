package io.sluice.streams.admission;

import io.sluice.engine.ruleset.Limit;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.UnaryOperator;

/**
 * One object for limits that are equal, for as long as a ruleset has it: a revision differs from the one before in few
 * of them. Not thread-safe.
 */
final class SharedLimits implements UnaryOperator<Limit> {
    private final Map<Limit, WeakReference<Limit>> limits = new WeakHashMap<>();

    @Override
    public Limit apply(Limit limit) {
        WeakReference<Limit> known = limits.get(limit);
        Limit same = known == null ? null : known.get();
        if (same != null) {
            return same;
        }
        limits.put(limit, new WeakReference<>(limit));
        return limit;
    }

    /** How many there are. */
    int size() {
        return limits.size();
    }
}
