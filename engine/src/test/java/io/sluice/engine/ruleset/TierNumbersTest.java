package io.sluice.engine.ruleset;

import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How limits differ by tier, and accounts by pattern. */
final class TierNumbersTest {
    private static Map<String, Object> rate(long tokens) {
        return tree("rate", tree("tokens", tokens, "per", "1m"));
    }

    @SafeVarargs
    private static Map<String, Object> tiered(Map<String, Object>... limits) {
        Map<String, Object> document = document(limits);
        document.put("tiers", List.of("free", "pro", "max"));
        return document;
    }

    private static long capacity(Ruleset ruleset, String account) {
        return ruleset.limit("a", account).algorithm().capacity();
    }

    @Test
    void shouldCountByTier_whenALimitHasNumbersForIt() {
        // Given
        Map<String, Object> it = limit("a", 10, "1m", 10);
        it.put("tiers", tree("pro", rate(100)));
        Map<String, Object> document = tiered(it);
        document.put(
                "accounts",
                tree(
                        "p",
                        tree("tier", "pro"),
                        "m",
                        tree("tier", "max"),
                        "o",
                        tree("tier", "pro", "limits", tree("a", rate(7)))));
        document.put("brownOut", tree("active", true, "tiers", List.of("pro"), "scale", "50%"));

        // When
        Ruleset ruleset = compiled(1, document);

        // Then: the document's override of the account comes first, and the brown-out last
        assertThat(capacity(ruleset, "f")).isEqualTo(10);
        assertThat(capacity(ruleset, "p")).isEqualTo(50);
        assertThat(capacity(ruleset, "m")).isEqualTo(10);
        assertThat(capacity(ruleset, "o")).isEqualTo(3);
        assertThat(ruleset.limitsOf("p").get(0).algorithm().capacity()).isEqualTo(50);
    }

    @Test
    void shouldNameTheMistake_whenTierNumbersAreWrong() {
        // Given
        Map<String, Object> it = limit("a", 10, "1m", 10);
        it.put("match", tree("tiers", List.of("free")));
        it.put("overdraft", 5L);
        it.put(
                "tiers",
                tree(
                        "pro",
                        rate(1),
                        "gold",
                        rate(1),
                        "free",
                        tree("algorithm", "concurrency", "limit", 1L, "ttl", "1s")));
        Map<String, Object> document = tiered(it);
        document.put("tierPriorities", tree("gold", "low", "free", tree("min", "high", "max", "low"), "pro", "urgent"));

        // When / Then
        assertThat(RulesetFixture.problems(document))
                .containsExactlyInAnyOrder(
                        "limits[0].tiers: \"pro\" (expected: a tier that the limit matches)",
                        "limits[0].tiers: \"gold\" (expected: one of free, pro, max)",
                        "limits[0].overdraft: 5 (expected: none with concurrency, where a request is in flight or it is"
                                + " not)",
                        "tierPriorities: \"gold\" (expected: one of free, pro, max)",
                        "tierPriorities.free: min: high (expected: at most max, which is low)",
                        "tierPriorities.pro: \"urgent\" (expected: critical, high, low, normal)");
    }

    @Test
    void shouldKeepTokens_whenATierHasBoundsOfPriority() {
        // Given
        Map<String, Object> it = limit("a", 100, "1m", 100);
        it.put("keepFor", tree("high", "20%", "critical", "10%"));
        Map<String, Object> document = tiered(it);
        document.put("tierPriorities", tree("free", tree("max", "normal"), "max", tree("min", "high"), "pro", "low"));
        document.put("accounts", tree("p", tree("tier", "pro"), "m", tree("tier", "max")));

        // When
        Ruleset ruleset = compiled(1, document);

        // Then
        assertThat(kept(ruleset, "f")).containsExactly(30L, 30L, 30L, 30L);
        assertThat(kept(ruleset, "p")).containsExactly(30L, 30L, 30L, 30L);
        assertThat(kept(ruleset, "m")).containsExactly(10L, 10L, 10L, 0L);
        document.remove("tierPriorities");
        assertThat(kept(compiled(1, document), "f")).containsExactly(30L, 30L, 10L, 0L);
    }

    private static List<Long> kept(Ruleset ruleset, String account) {
        return List.of(PriorityLevel.values()).stream()
                .map(priority -> ruleset.limit("a", account).kept().tokensAbove(priority, 100))
                .toList();
    }

    @Test
    void shouldTakeEachSettingFromTheMostSpecificEntry_whenPatternsMatch() {
        // Given
        Map<String, Object> document = tiered(limit("a", 10, "1m", 10), limit("b", 10, "1m", 10));
        document.put(
                "accounts",
                tree(
                        "acme-*", tree("tier", "pro", "limits", tree("a", rate(20), "b", rate(21))),
                        "acme-eu-*", tree("limits", tree("a", rate(30))),
                        "acme-eu-7", tree("tier", "max"),
                        "*", tree("limits", tree("b", rate(5)))));

        // When
        Ruleset ruleset = compiled(1, document);

        // Then
        assertThat(settings(ruleset, "acme-eu-7")).isEqualTo("max 30 21");
        assertThat(settings(ruleset, "acme-eu-8")).isEqualTo("pro 30 21");
        assertThat(settings(ruleset, "acme-us")).isEqualTo("pro 20 21");
        assertThat(settings(ruleset, "acme-")).isEqualTo("pro 20 21");
        assertThat(settings(ruleset, "acme")).isEqualTo("free 10 5");
        assertThat(ruleset.isListed("acme-eu-7")).isTrue();
        assertThat(ruleset.isListed("acme-us")).as("a pattern names nobody").isFalse();
        assertThat(ruleset.isOverridden("a", "acme-us")).isTrue();
    }

    private static String settings(Ruleset ruleset, String account) {
        return ruleset.tierOf(account) + " " + capacity(ruleset, account) + " "
                + ruleset.limit("b", account).algorithm().capacity();
    }
}
