package io.sluice.engine.ruleset;

import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.engine.signal.BrownOutTrigger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The signal of a brown-out in a document. */
final class BrownOutTriggerTest {
    private static Map<String, Object> with(Object... brownOut) {
        Map<String, Object> document = document(limit("l", 10, "1s", 10));
        Map<String, Object> section = tree(brownOut);
        section.put("tiers", List.of("standard"));
        section.put("scale", "50%");
        document.put("brownOut", section);
        return document;
    }

    private static List<String> problems(Object... brownOut) {
        InvalidRulesetException refused =
                catchThrowableOfType(InvalidRulesetException.class, () -> RulesetCompiler.compile(1, with(brownOut)));
        return refused.problems().stream().map(RulesetProblem::toString).toList();
    }

    @Test
    void shouldLeaveLimitsAsTheyAre_whenASignalSwitches() {
        // When
        Ruleset ruleset = compiled(1, with("when", tree("signal", "db", "badFor", "10s", "goodFor", "1m")));

        // Then
        assertThat(ruleset.brownOut().trigger()).isEqualTo(new BrownOutTrigger("db", 10_000, 60_000));
        assertThat(ruleset.brownOut().scaled(3)).isEqualTo(6);
        assertThat(ruleset.limit("l", "acme").algorithm().capacity()).isEqualTo(10);
    }

    @Test
    void shouldScaleLimits_whenTheDocumentSwitches() {
        // When
        Ruleset ruleset = compiled(1, with("active", true));

        // Then
        assertThat(ruleset.brownOut().trigger()).isNull();
        assertThat(ruleset.limit("l", "acme").algorithm().capacity()).isEqualTo(5);
    }

    @Test
    void shouldNameTheField_whenItIsWrong() {
        assertThat(problems("when", tree("signal", "DB", "badFor", "10s", "goodFor", "25h")))
                .containsExactlyInAnyOrder(
                        "brownOut.when.signal: \"DB\" (expected: 1 to 64 of a-z 0-9 . _ -, beginning with a letter or"
                                + " digit)",
                        "brownOut.when.goodFor: \"25h\" (expected: 1ms..1d)");
        assertThat(problems("when", tree("signal", "db")))
                .anyMatch(problem -> problem.startsWith("brownOut.when.badFor: missing"))
                .anyMatch(problem -> problem.startsWith("brownOut.when.goodFor: missing"));
        assertThat(problems("active", true, "when", tree("signal", "db", "badFor", "1s", "goodFor", "1s")))
                .containsExactly("brownOut.active: true beside when (expected: one of the two switches it on)");
    }
}
