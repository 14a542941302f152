package io.sluice.streams.store;

import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.LimitOverride;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;

/** Overrides of limits from the JSON text in which they travel and are stored. */
public final class Overrides {
    private Overrides() {}

    /**
     * Reads an override that somebody requests.
     *
     * @throws WireException if it is not JSON
     * @throws InvalidRulesetException with everything that is wrong with it
     */
    public static LimitOverride compile(String json) throws WireException, InvalidRulesetException {
        return LimitOverride.compile(json, DocumentTree.ofJson(json));
    }

    /** Reads an override that was compiled before it was stored. */
    static LimitOverride known(String json) {
        try {
            return compile(json);
        } catch (WireException | InvalidRulesetException e) {
            throw new IllegalStateException("an override that a profile has no longer compiles", e);
        }
    }
}
