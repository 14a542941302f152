package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Algorithm;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a limit does about admissions that exceed it, and what it keeps from whom.
 *
 * <pre>
 *   onExceed: deny | challenge | throttle | tag      maxWait: 2s (with throttle)
 *   keepFor: {normal: 5%, high: 20%, critical: 10%}
 * </pre>
 */
final class ExceedingReader {
    static final Set<String> KEYS = Set.of("onExceed", "maxWait", "keepFor");

    private static final Set<String> KEEP_FOR_KEYS =
            Set.of(Priority.NORMAL.code(), Priority.HIGH.code(), Priority.CRITICAL.code());
    private static final Map<String, OnExceed> ACTIONS = Map.of(
            OnExceed.DENY.code(), OnExceed.DENY,
            OnExceed.CHALLENGE.code(), OnExceed.CHALLENGE,
            OnExceed.THROTTLE.code(), OnExceed.THROTTLE,
            OnExceed.TAG.code(), OnExceed.TAG);

    private ExceedingReader() {}

    static Exceeding exceeding(DocumentSection section, @Nullable Algorithm algorithm) {
        OnExceed action = section.choice("onExceed", ACTIONS, OnExceed.DENY);
        if (action != OnExceed.THROTTLE) {
            if (section.has("maxWait")) {
                section.problem("maxWait", section.raw("maxWait") + " (expected: only with onExceed throttle)");
            }
            return new Exceeding(action, 0);
        }
        if (algorithm != null && !algorithm.takesAhead()) {
            section.problem("onExceed", "throttle (expected: only with token-bucket or leaky-bucket)");
        }
        Long maxWaitMillis = DurationText.read(section, "maxWait", 1, Algorithm.AHEAD_MILLIS_MAX);
        return maxWaitMillis == null ? Exceeding.DENIED : new Exceeding(action, maxWaitMillis);
    }

    static KeptShares kept(DocumentSection section) {
        if (!section.has("keepFor")) {
            return KeptShares.NONE;
        }
        DocumentSection keepFor = section.section("keepFor", KEEP_FOR_KEYS);
        int normal = perMille(keepFor, Priority.NORMAL);
        int high = perMille(keepFor, Priority.HIGH);
        int critical = perMille(keepFor, Priority.CRITICAL);
        KeptShares kept = section.parsed("keepFor", it -> new KeptShares(normal, high, critical));
        return kept == null ? KeptShares.NONE : kept;
    }

    private static int perMille(DocumentSection section, Priority priority) {
        String name = priority.code();
        Rollout share = section.has(name) ? Rollout.read(section, name) : null;
        return share == null ? 0 : share.perMille();
    }
}
