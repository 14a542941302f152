package io.sluice.cli.rules.imports;

import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.RulesetCompiler;

/** A document, compiled. */
final class RulesetOf {
    private RulesetOf() {}

    static Ruleset document(Object tree) {
        try {
            return RulesetCompiler.compile(1, tree);
        } catch (InvalidRulesetException e) {
            throw new AssertionError("document: " + e.problems() + " (expected: a ruleset)", e);
        }
    }
}
