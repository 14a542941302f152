package io.sluice.engine.ruleset;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.bucket.FixedWindow;
import io.sluice.engine.bucket.Rate;
import io.sluice.engine.bucket.TokenBucket;
import io.sluice.engine.bucket.Window;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How limits differ by account: overrides, brown-out, candidates. */
final class AccountOverridesTest {

    @Test
    void shouldCountInItsOwnWay_whenAccountHasOverride() {
        // Given
        Map<String, Object> document = document(limit("a", 10, "1s", 10), limit("b", 20, "1s", 20));
        document.put(
                "accounts",
                tree("acme", tree("limits", tree("b", tree("rate", tree("tokens", 5, "per", "1s"), "burst", 500)))));

        // When
        Ruleset ruleset = compiled(1, document);

        // Then
        assertThat(ruleset.limitsFor(admission("acme/x", 1)))
                .extracting(Limit::algorithm)
                .containsExactly(new TokenBucket(new Rate(10, 1_000), 10), new TokenBucket(new Rate(5, 1_000), 500));
        assertThat(ruleset.limit("b", "acme").algorithm().capacity()).isEqualTo(500);
        assertThat(ruleset.limit("b", "other").algorithm().capacity()).isEqualTo(20);
        assertThat(ruleset.limitsFor(admission("other/x", 1)))
                .extracting(limit -> limit.algorithm().capacity())
                .containsExactly(10L, 20L);
    }

    @Test
    void shouldNameTheMistake_whenOverrideIsWrong() {
        // Given
        Map<String, Object> document = document(limit("a", 10, "1s", 10));
        document.put(
                "accounts",
                tree("acme", tree("limits", tree("b", tree("algorithm", "concurrency", "limit", 1))), "x", tree()));

        // When / Then
        assertThat(RulesetFixture.problems(document))
                .containsExactlyInAnyOrder(
                        "accounts.acme.limits: \"b\" (expected: the id of a limit that is not off)",
                        "accounts.acme.limits.b.ttl: missing (expected: a string)",
                        "accounts.x.tier: missing (expected: a tier, or limits)");
    }

    @Test
    void shouldScaleLimitsOfTheTier_whenBrownOutIsActive() {
        // Given
        Map<String, Object> monthly = tree(
                "id",
                "monthly",
                "scope",
                "account",
                "algorithm",
                "fixed-window",
                "limit",
                5,
                "window",
                tree("per", "30d"));
        Map<String, Object> document = document(limit("a", 10, "1s", 15), monthly);
        document.put("tiers", List.of("free", "pro"));
        document.put("accounts", tree("acme", tree("tier", "pro")));
        document.put("brownOut", tree("active", true, "tiers", List.of("free"), "scale", "25%"));

        // When
        Ruleset ruleset = compiled(1, document);

        // Then
        assertThat(ruleset.limitsOf("other"))
                .extracting(Limit::algorithm)
                .containsExactly(
                        new TokenBucket(new Rate(5, 2_000), 3),
                        new FixedWindow(new Window.EpochAligned(30L * 86_400_000), 1));
        assertThat(ruleset.limitsOf("acme"))
                .extracting(limit -> limit.algorithm().capacity())
                .containsExactly(15L, 5L);
    }

    @Test
    void shouldLeaveLimitsAlone_whenBrownOutIsNotActive() {
        // Given
        Map<String, Object> document = document(limit("a", 10, "1s", 15));
        document.put("brownOut", tree("active", false, "tiers", List.of("standard"), "scale", "25%"));

        // When / Then
        assertThat(compiled(1, document).limitsOf("acme"))
                .isEqualTo(compiled(1, document).limits());
    }

    @Test
    void shouldStandBesideItsLimitInShadow_whenCandidate() {
        // Given
        Map<String, Object> limit = limit("a", "account", 10, "1s", 15);
        limit.put("match", tree("methods", "POST"));
        limit.put("candidate", tree("rate", tree("tokens", 1, "per", "1s")));

        // When
        List<Limit> limits = compiled(1, document(limit)).limits();

        // Then
        assertThat(limits).extracting(Limit::id).containsExactly("a", "a.candidate");
        assertThat(limits.get(1).match()).isEqualTo(limits.get(0).match());
        assertThat(limits.get(1).scope()).isEqualTo(limits.get(0).scope());
        assertThat(limits.get(1).isEnforcedFor("acme")).isFalse();
    }

    @Test
    void shouldNotApply_whenOff() {
        // Given
        Map<String, Object> off = limit("a", 10, "1s", 15);
        off.put("mode", "off");

        // When / Then
        assertThat(compiled(1, document(off)).limits()).isEmpty();
    }
}
