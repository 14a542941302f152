package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Algorithm;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A reader of what a limit does with admissions that exceed it, and of the tokens it keeps for higher priorities.
 *
 * <pre>
 *   onExceed: deny | challenge | throttle | tag      maxWait: 2s (with throttle)
 *   keepFor: {normal: 5%, high: 20%, critical: 10%}
 * </pre>
 */
final class ExceedPolicyReader {
    static final Set<String> KEYS = Set.of("onExceed", "maxWait", "keepFor");

    private static final Set<String> KEEP_FOR_KEYS =
            Set.of(PriorityLevel.NORMAL.code(), PriorityLevel.HIGH.code(), PriorityLevel.CRITICAL.code());
    private static final Map<String, OnExceed> ACTIONS = Map.of(
            OnExceed.DENY.code(), OnExceed.DENY,
            OnExceed.CHALLENGE.code(), OnExceed.CHALLENGE,
            OnExceed.THROTTLE.code(), OnExceed.THROTTLE,
            OnExceed.TAG.code(), OnExceed.TAG);

    private ExceedPolicyReader() {}

    static ExceedPolicy exceedPolicy(DocumentSection section, @Nullable Algorithm algorithm) {
        OnExceed action = section.choice("onExceed", ACTIONS, OnExceed.DENY);
        if (action != OnExceed.THROTTLE) {
            if (section.has("maxWait")) {
                section.problem("maxWait", section.raw("maxWait") + " (expected: only with onExceed throttle)");
            }
            return new ExceedPolicy(action, 0);
        }
        if (algorithm != null && !algorithm.chargesInAdvance()) {
            section.problem("onExceed", "throttle (expected: only with token-bucket or leaky-bucket)");
        }
        Long maxWaitMillis = DurationText.read(section, "maxWait", 1, Algorithm.DELAY_MILLIS_MAX);
        return maxWaitMillis == null ? ExceedPolicy.DENIED : new ExceedPolicy(action, maxWaitMillis);
    }

    static PriorityShares kept(DocumentSection section) {
        if (!section.has("keepFor")) {
            return PriorityShares.NONE;
        }
        DocumentSection keepFor = section.section("keepFor", KEEP_FOR_KEYS);
        int normal = perMille(keepFor, PriorityLevel.NORMAL);
        int high = perMille(keepFor, PriorityLevel.HIGH);
        int critical = perMille(keepFor, PriorityLevel.CRITICAL);
        PriorityShares kept = section.parsed("keepFor", it -> new PriorityShares(normal, high, critical));
        return kept == null ? PriorityShares.NONE : kept;
    }

    private static int perMille(DocumentSection section, PriorityLevel priority) {
        String name = priority.code();
        Rollout share = section.has(name) ? Rollout.read(section, name) : null;
        return share == null ? 0 : share.perMille();
    }
}
