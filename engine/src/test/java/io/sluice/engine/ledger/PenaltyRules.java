package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.tree;

import io.sluice.engine.ruleset.Ruleset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rulesets with penalties. */
final class PenaltyRules {
    private PenaltyRules() {}

    static Map<String, Object> rung(String action, String length) {
        return tree("action", action, "for", length);
    }

    static Map<String, Object> scale(String share, String length) {
        return tree("action", "scale", "scale", share, "for", length);
    }

    /** Three denials in ten seconds; forgotten rung by rung each hour. */
    @SafeVarargs
    static Map<String, Object> rule(Map<String, Object>... ladder) {
        return tree(
                "id",
                "p",
                "after",
                tree("denials", 3, "per", "10s"),
                "ladder",
                new ArrayList<>(List.of(ladder)),
                "decay",
                "1h");
    }

    static Map<String, Object> with(Map<String, Object> rule, Object... keysAndValues) {
        rule.putAll(tree(keysAndValues));
        return rule;
    }

    /** One token an hour for each client, and these rules. */
    @SafeVarargs
    static Map<String, Object> penalties(Map<String, Object>... rules) {
        return tree("rules", new ArrayList<>(List.of(rules)));
    }

    static Ruleset ruleset(long revision, Map<String, Object> penalties) {
        Map<String, Object> document = document(limit("l", 1, "1h", 1), limit("shared", "account", 1, "1h", 50));
        document.put("penalties", penalties);
        return compiled(revision, document);
    }
}
