package io.sluice.streams.admission;

import io.sluice.engine.ledger.RulesetTimeline;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.RulesetCompiler;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.control.RulesetActivation;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Rulesets by their activation payload, compiled once for all partitions of an app. Otherwise a change of a large
 * ruleset would stall each stream thread once for each of its partitions. A restart would do so once for each kept
 * revision as well.
 *
 * <p>A ruleset is a pure function of its payload, so it does not matter which thread compiled it. Limits that revisions
 * have in common are one object, and only the newest keeps an index. So 64 revisions of 10,000 limits take the memory
 * of a few. Thread-safe.
 */
public final class CompiledRulesets {
    /** Rulesets kept, least recently used evicted first: enough for two partitions that share no revision. */
    public static final int RULESETS_MAX = 2 * RulesetTimeline.REVISIONS_MAX;

    private final Map<String, Ruleset> byPayload = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Ruleset> eldest) {
            return size() > RULESETS_MAX;
        }
    };

    private final SharedLimits limits = new SharedLimits();

    /**
     * The ruleset that a payload puts in force.
     *
     * @throws WireException if the payload is no activation, or its document does not compile
     */
    synchronized Ruleset ruleset(String payload) throws WireException {
        Ruleset known = byPayload.get(payload);
        if (known != null) {
            return known;
        }
        RulesetActivation activation = ActivationCodec.decode(payload);
        try {
            Ruleset compiled = RulesetCompiler.compile(
                    activation.revision(), DocumentTree.ofJson(activation.documentJson()), limits);
            byPayload.values().forEach(Ruleset::rest);
            byPayload.put(payload, compiled);
            return compiled;
        } catch (InvalidRulesetException e) {
            throw new WireException("document", String.valueOf(e.getMessage()));
        }
    }

    /** The ruleset of a payload that was compiled before, perhaps by another run of the app. */
    Ruleset knownRuleset(String payload) {
        try {
            return ruleset(payload);
        } catch (WireException e) {
            throw new IllegalStateException("a ruleset that this partition has in force no longer compiles", e);
        }
    }
}
