package io.sluice.engine.ruleset;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.matching;
import static io.sluice.engine.ruleset.RulesetFixture.problems;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.controlplane.RulesetReview;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AnonymousTierTest {
    private static Map<String, Object> rules() {
        Map<String, Object> document = document(
                limit("everybody", 1, "1s", 1), matching(limit("strangers", 1, "1m", 1), "tiers", "anonymous"));
        document.put("tiers", List.of("free", "anonymous", "pro"));
        document.put("anonymousTier", "anonymous");
        document.put(
                "accounts",
                tree(
                        "anonymous:203.0.113.7",
                        tree("tier", "pro"),
                        "anonymous:203.0.113.8",
                        tree("limits", tree("strangers", tree("rate", tree("tokens", 9, "per", "1s"))))));
        return document;
    }

    @Test
    void shouldLimitThemApart_whenCallersAreKnownByTheirAddress() {
        // Given
        Ruleset ruleset = compiled(1, rules());

        // When / Then
        assertThat(ruleset.tierOf("acme")).isEqualTo("free");
        assertThat(ruleset.tierOf("anonymous")).isEqualTo("free");
        assertThat(ruleset.tierOf("anonymous:2001:db8:0:1")).isEqualTo("anonymous");
        assertThat(ruleset.tierOf("anonymous:203.0.113.7")).as("listed").isEqualTo("pro");
        assertThat(ruleset.tierOf("anonymous:203.0.113.8"))
                .as("listed without a tier")
                .isEqualTo("anonymous");
        assertThat(ruleset.limitsFor(admission("anonymous:2001:db8:0:1", 1)))
                .extracting(Limit::id)
                .containsExactly("everybody", "strangers");
        assertThat(ruleset.limitsFor(admission("acme", 1)))
                .extracting(Limit::id)
                .containsExactly("everybody");
    }

    @Test
    void shouldNotWarn_whenALimitIsForTheAnonymousTier() throws Exception {
        assertThat(RulesetReview.of(rules(), 0)).isEmpty();
    }

    @Test
    void shouldHaveTheDefaultTier_whenThereIsNoneForThem() {
        // Given
        Map<String, Object> document = rules();
        document.put("defaultTier", "pro");
        document.remove("anonymousTier");

        // When / Then
        assertThat(compiled(1, document).tierOf("anonymous:203.0.113.9")).isEqualTo("pro");
    }

    @Test
    void shouldNameThePlace_whenTheTierIsUnknown() {
        // Given
        Map<String, Object> unknown = rules();
        unknown.put("anonymousTier", "nobody");
        Map<String, Object> without = document(limit("a", 1, "1s", 1));
        without.put("anonymousTier", "free");

        // When / Then
        assertThat(problems(unknown))
                .containsExactly("anonymousTier: \"nobody\" (expected: one of free, anonymous, pro)");
        assertThat(problems(without))
                .containsExactly("anonymousTier: given without tiers (expected: a list of tiers beside it)");
    }
}
