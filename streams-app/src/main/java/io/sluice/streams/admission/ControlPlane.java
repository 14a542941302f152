package io.sluice.streams.admission;

import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.RulesetCompiler;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.control.ControlKey;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.request.ControlRecord;

/** Reads control records: believes those that are signed, and compiles what they carry. */
final class ControlPlane {
    private final ControlKey key;

    ControlPlane(ControlKey key) {
        this.key = key;
    }

    boolean trusts(ControlRecord record) {
        return key.verifies(record);
    }

    /**
     * The ruleset that a payload puts in force.
     *
     * @throws WireException if the payload is no activation, or its document does not compile
     */
    static Ruleset ruleset(String payload) throws WireException {
        RulesetActivation activation = ActivationCodec.decode(payload);
        try {
            return RulesetCompiler.compile(activation.revision(), DocumentTree.ofJson(activation.documentJson()));
        } catch (InvalidRulesetException e) {
            throw new WireException("document", String.valueOf(e.getMessage()));
        }
    }

    /** The ruleset of a payload that was compiled before. */
    static Ruleset knownRuleset(String payload) {
        try {
            return ruleset(payload);
        } catch (WireException e) {
            throw new IllegalStateException("a ruleset that this partition has in force no longer compiles", e);
        }
    }
}
