package io.sluice.engine.controlplane;

import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.engine.controlplane.RulesetDiff.Change;
import io.sluice.engine.controlplane.RulesetDiff.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Differences by meaning. */
final class RulesetDiffTest {
    @Test
    void shouldNameFieldsByLimitAndAccount_whenTheyChange() {
        // Given
        Map<String, Object> before = document(limit("a", 1, "1s", 5), limit("gone", 1, "1s", 1));
        before.put("accounts", Map.of("acme", tree("tier", "free")));
        Map<String, Object> after = document(limit("a", 2, "1s", 5), limit("new", 1, "1s", 1));
        after.put("accounts", Map.of("acme", tree("tier", "pro")));
        after.put("description", "new");

        // When
        List<Change> changes = RulesetDiff.between(before, after);

        // Then
        assertThat(changes)
                .containsExactly(
                        new Change(Kind.CHANGED, "limits[a].rate.tokens", 1L, 2L),
                        new Change(Kind.REMOVED, "limits[gone]", limit("gone", 1, "1s", 1), null),
                        new Change(Kind.ADDED, "limits[new]", null, limit("new", 1, "1s", 1)),
                        new Change(Kind.CHANGED, "accounts.acme.tier", "free", "pro"),
                        new Change(Kind.ADDED, "description", null, "new"));
    }

    @Test
    void shouldTellTheOrderOnly_whenLimitsMove() {
        // Given
        Map<String, Object> before = document(limit("a", 1, "1s", 1), limit("b", 1, "1s", 1));
        Map<String, Object> after = document(limit("b", 1, "1s", 1), limit("a", 1, "1s", 1));

        // When / Then
        assertThat(RulesetDiff.between(before, after))
                .containsExactly(new Change(Kind.CHANGED, "limits", List.of("a", "b"), List.of("b", "a")));
    }

    @Test
    void shouldFindNothing_whenTheyMeanTheSame() {
        // Given
        Map<String, Object> before = tree("a", 1, "b", List.of("x", 2L), "c", true);
        Map<String, Object> after = tree("c", true, "b", List.of("x", 2L), "a", 1L);

        // When / Then
        assertThat(RulesetDiff.between(before, after)).isEmpty();
        assertThat(RulesetDiff.between(null, null)).isEmpty();
    }

    @Test
    void shouldCompareAsAWhole_whenElementsHaveNoName() {
        // Given
        Object before = tree("tiers", List.of("a", "b"), "limits", List.of(tree("id", "x"), tree("id", "x")));
        Object after = tree("tiers", List.of("a"), "limits", List.of(tree("id", "x")));

        // When / Then
        assertThat(RulesetDiff.between(before, after))
                .extracting(Change::kind, Change::path)
                .containsExactly(tuple(Kind.CHANGED, "tiers"), tuple(Kind.CHANGED, "limits"));
        assertThat(RulesetDiff.between(null, after)).containsExactly(new Change(Kind.ADDED, "", null, after));
    }
}
