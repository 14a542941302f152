package io.sluice.engine.ruleset;

import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.problems;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.penalty.PenaltyAction;
import io.sluice.engine.penalty.PenaltyPolicy;
import io.sluice.engine.penalty.PenaltyRule;
import io.sluice.engine.penalty.PenaltyRung;
import io.sluice.engine.penalty.PenaltyTrigger;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Penalties as rulesets have them, and what is wrong with them. */
final class PenaltyReaderTest {
    private static Map<String, Object> rule(Object... more) {
        Map<String, Object> rule = tree(
                "id",
                "stuffing",
                "after",
                tree("denials", 10, "per", "1m"),
                "ladder",
                List.of(tree("action", "scale", "scale", "25%", "for", "1m"), tree("for", "10m")),
                "decay",
                "24h");
        rule.putAll(tree(more));
        return rule;
    }

    private static Map<String, Object> with(Object... penalties) {
        Map<String, Object> document = document(limit("login", 5, "1m", 5));
        document.put("penalties", tree(penalties));
        return document;
    }

    @Test
    void shouldHaveEachRequestDecided_whenARuleNamesALimit() {
        // Given two limits of which a rule names one, and one that says otherwise
        Map<String, Object> summary = limit("summary", 5, "1m", 5);
        summary.put("record", "summary");
        Map<String, Object> document = document(limit("login", 5, "1m", 5), limit("reads", 5, "1m", 5), summary);
        document.put("penalties", tree("rules", List.of(rule("limits", List.of("login", "summary")))));

        // When
        Ruleset ruleset = compiled(1, document);

        // Then
        assertThat(ruleset.limits()).extracting(Limit::exact).containsExactly(true, false, false);
    }

    @Test
    void shouldDecideNothingMore_whenARuleCountsEveryLimit() {
        assertThat(compiled(1, with("rules", List.of(rule()))).limits())
                .extracting(Limit::exact)
                .containsExactly(false);
    }

    @Test
    void shouldReadEverything_whenValid() {
        // When
        PenaltyPolicy policy = compiled(
                        1,
                        with(
                                "clientsPerAccount",
                                9,
                                "accountsPerPartition",
                                99,
                                "rules",
                                List.of(rule("mode", "shadow", "scope", "account", "limits", "login", "extend", true))))
                .penalties();

        // Then
        assertThat(policy)
                .isEqualTo(new PenaltyPolicy(
                        9,
                        99,
                        List.of(new PenaltyRule(
                                "stuffing",
                                false,
                                PenaltyRule.Subject.ACCOUNT,
                                Set.of("login"),
                                new PenaltyTrigger(PenaltyTrigger.Counts.DENIALS, 10, 60_000),
                                List.of(
                                        new PenaltyRung(PenaltyAction.SCALE, 250, 60_000),
                                        new PenaltyRung(PenaltyAction.DENY, 1_000, 600_000)),
                                86_400_000,
                                true))));
        assertThat(policy.periodMillis()).isEqualTo(60_000 + 600_000 + 2 * 86_400_000L);
    }

    @Test
    void shouldHaveNone_whenLeftOut() {
        assertThat(compiled(1, document(limit("login", 5, "1m", 5))).penalties().isOn())
                .isFalse();
    }

    @Test
    void shouldNameEachProblem_whenInvalid() {
        assertThat(problems(with("rules", List.of(rule("limits", List.of("logout"))))))
                .containsExactly(
                        "penalties.rules[0].limits: \"logout\" (expected: a limit of this ruleset that is not off)");
        assertThat(problems(with("rules", List.of(rule(), rule()))))
                .containsExactly("penalties.rules[1].id: \"stuffing\" (expected: an id that no other penalty has)");
        assertThat(problems(with("rules", List.of(rule("after", tree("per", "1m"))))))
                .containsExactly(
                        "penalties.rules[0].after.denials: given with names, or neither (expected: one of the two)");
        assertThat(problems(with("rules", List.of(rule("after", tree("names", 5, "per", "1m"))))))
                .containsExactly(
                        "penalties.rules[0].scope: client (expected: account, since names are those of" + " clients)");
        assertThat(problems(with("rules", List.of(rule("after", tree("denials", 0, "per", "1m"))))))
                .containsExactly("penalties.rules[0].after.denials: 0 (expected: 1..1000000)");
        assertThat(problems(with("rules", List.of(rule("ladder", List.of(tree("for", "1ms")))))))
                .containsExactly("penalties.rules[0].ladder[0].for: \"1ms\" (expected: 1s..30d)");
        assertThat(problems(with("rules", List.of(rule("ladder", List.of(tree("for", "1s", "scale", "5%")))))))
                .containsExactly("penalties.rules[0].ladder[0].scale: 5% (expected: only with action scale)");
        assertThat(problems(with("rules", List.of(rule("ladder", List.of())))))
                .containsExactly("penalties.rules[0].ladder: 0 rungs (expected: 1..8)");
        assertThat(problems(with("clientsPerAccount", 257, "rules", List.of())))
                .containsExactly("penalties.clientsPerAccount: 257 (expected: 1..256)");
    }
}
