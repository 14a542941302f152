package io.sluice.engine.estimate;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.matching;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.estimate.Fallback.Answer;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.FailureMode;
import io.sluice.engine.ruleset.Ruleset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FallbackTest {
    private static Map<String, Object> failing(String id, long burst, @Nullable String onFailure) {
        Map<String, Object> limit = limit(id, 1, "1h", burst);
        if (onFailure != null) {
            limit.put("onFailure", onFailure);
        }
        return limit;
    }

    private static Admission onPath(String clientId, String path) {
        return admission(clientId, 1, "GET", path, Map.of());
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // first limit, second limit, front end -> answer
                "allow, allow, -, ALLOW",
                "allow, deny, -, DENY",
                "deny, -, ALLOW, DENY",
                "deny, -, -, DENY",
                "local, deny, ALLOW, DENY",
                "allow, -, -, UNDECIDED",
                "local, -, -, UNDECIDED",
                "allow, -, ALLOW, ALLOW",
                "allow, -, DENY, DENY",
                "local, allow, -, ALLOW",
                "-, -, -, UNDECIDED",
                "-, -, DENY, DENY",
            })
    void shouldTakeTheStrictest_whenLimitsDiffer(
            @Nullable String first, @Nullable String second, @Nullable FailureMode otherwise, Answer expected) {
        // Given
        Ruleset ruleset = compiled(1, document(failing("a", 5, first), failing("b", 5, second)));

        // When
        Answer answer = new Fallback().answer(ruleset, admission("acme", 1), otherwise, 0);

        // Then
        assertThat(answer).isEqualTo(expected);
    }

    @Test
    void shouldGoByTheLimitsThatApply_whenOthersSayOtherwise() {
        // Given
        Map<String, Object> shadow = failing("s", 1, "deny");
        shadow.put("mode", "shadow");
        Ruleset ruleset = compiled(
                1,
                document(
                        matching(failing("read", 1, "allow"), "path", "/read"),
                        matching(failing("write", 1, "deny"), "path", "/write"),
                        shadow));
        Fallback fallback = new Fallback();

        // When / Then
        assertThat(fallback.answer(ruleset, onPath("acme", "/read"), null, 0)).isEqualTo(Answer.ALLOW);
        assertThat(fallback.answer(ruleset, onPath("acme", "/write"), null, 0)).isEqualTo(Answer.DENY);
        assertThat(fallback.answer(ruleset, onPath("acme", "/"), FailureMode.ALLOW, 0))
                .as("only a shadow applies")
                .isEqualTo(Answer.UNDECIDED);
        assertThat(fallback.answer(Ruleset.none(), onPath("acme", "/read"), FailureMode.ALLOW, 0))
                .isEqualTo(Answer.UNDECIDED);
    }

    @Test
    void shouldGoByTheLists_whenSomebodyIsOnOne() {
        // Given
        Map<String, Object> document = document(failing("a", 1, "deny"), failing("b", 1, null));
        document.put(
                "lists",
                List.of(
                        tree("id", "in", "access", "allow", "entries", List.of(tree("client", "ops/probe"))),
                        tree("id", "out", "access", "deny", "entries", List.of(tree("account", "evil")))));
        Ruleset ruleset = compiled(1, document);

        // When / Then
        assertThat(new Fallback().answer(ruleset, admission("ops/probe", 1), FailureMode.DENY, 0))
                .isEqualTo(Answer.ALLOW);
        assertThat(new Fallback().answer(ruleset, admission("evil", 1), FailureMode.ALLOW, 0))
                .isEqualTo(Answer.DENY);
    }

    @Test
    void shouldAskItsOwnBuckets_whenLimitsSayLocal() {
        // Given
        Ruleset ruleset = compiled(1, document(failing("a", 2, "local"), failing("b", 9, "local")));
        Fallback fallback = new Fallback();

        // When / Then
        assertThat(fallback.answer(ruleset, admission("acme", 2), null, 0)).isEqualTo(Answer.ALLOW);
        assertThat(fallback.answer(ruleset, admission("acme", 1), null, 0)).isEqualTo(Answer.DENY);
        assertThat(fallback.answer(ruleset, admission("beta", 2), null, 0)).isEqualTo(Answer.ALLOW);
        assertThat(fallback.answer(ruleset, admission("acme", 1), null, 3_599_999))
                .isEqualTo(Answer.DENY);
        assertThat(fallback.answer(ruleset, admission("acme", 1), null, 3_600_000))
                .isEqualTo(Answer.ALLOW);
    }
}
