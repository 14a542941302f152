package io.sluice.engine.ruleset;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.problems;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits that all accounts share: their scope, and what they cannot have. */
final class WideLimitRulesTest {
    @Test
    void shouldNameTheBucketByItsAttributesAlone_whenTheScopeIsGlobal() {
        Admission request = admission("acme/alice", 1, "GET", "/", Map.of("ip", "192.0.2.1", "user", "alice"));

        assertThat(scope("global").valueIn(request)).isEmpty();
        assertThat(scope("global", "attribute:ip").valueIn(request)).isEqualTo("192.0.2.1");
        assertThat(scope("attribute:ip", "global").valueIn(request)).isEqualTo("192.0.2.1");
        assertThat(Scope.display(
                        scope("global", "attribute:ip", "attribute:user").valueIn(request)))
                .isEqualTo("192.0.2.1, alice");
        assertThat(scope("global").isWide()).isTrue();
        assertThat(scope("account", "attribute:ip").isWide()).isFalse();
    }

    private static Scope scope(String... dimensions) {
        return new Scope(List.of(dimensions).stream().map(Scope.Dimension::of).toList());
    }

    @ParameterizedTest
    @CsvSource({"client", "account", "client:2"})
    void shouldRefuseTheScope_whenItNamesAnAccountBesideGlobal(String other) {
        assertThat(problems(document(limit("l", List.of("global", other), 1, "1s", 1))))
                .singleElement()
                .asString()
                .contains("scope")
                .contains("global beside client or account");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                algorithm | leaky-bucket | queue  | 5    | leaky-bucket with scope global
                onExceed  | throttle     | maxWait| 1s   | throttle with scope global
                refunds   | true         | description | x | true with scope global
                grace     | 100%         | description | x | 100% with scope global
                """)
    void shouldSayWhy_whenALimitCannotHaveAField(
            String field, String value, String other, String otherValue, String reason) {
        // Given
        Map<String, Object> limit = limit("l", "global", 1, "1s", 1);
        if (value.equals("leaky-bucket")) {
            limit.remove("burst");
        }
        limit.put(field, value.equals("true") ? (Object) true : value);
        limit.put(other, otherValue.equals("5") ? (Object) 5L : otherValue);

        // Then
        assertThat(problems(document(limit)))
                .singleElement()
                .asString()
                .contains(reason)
                .contains("expected");
    }

    @Test
    void shouldSayWhy_whenSlotsNumbersByTierOrOverridesAreAskedFor() {
        // Given
        Map<String, Object> slots =
                tree("id", "slots", "scope", "global", "algorithm", "concurrency", "limit", 3L, "ttl", "1s");
        Map<String, Object> tiers = limit("tiers", "global", 1, "1s", 1);
        tiers.put("tiers", tree("pro", tree("rate", tree("tokens", 2L, "per", "1s"), "burst", 2L)));
        Map<String, Object> document = document(slots, tiers);
        document.put("tiers", List.of("free", "pro"));
        document.put(
                "accounts",
                tree(
                        "acme",
                        tree("limits", tree("tiers", tree("rate", tree("tokens", 9L, "per", "1s"), "burst", 9L)))));

        // Then
        assertThat(problems(document))
                .anyMatch(it -> it.contains("concurrency with scope global"))
                .anyMatch(it -> it.contains("given with scope global"))
                .anyMatch(it -> it.contains("\"tiers\" has scope global"));
    }

    @Test
    void shouldBoundTheBuckets_whenEveryAccountCanInventThem() {
        // When nothing is said of cardinality
        Ruleset rules = compiled(
                1,
                document(
                        limit("one", "global", 1, "1s", 1),
                        limit("each", List.of("global", "attribute:ip"), 1, "1s", 1)));

        // Then
        assertThat(rules.limitsFor(admission("acme", 1, "GET", "/", Map.of("ip", "192.0.2.1"))))
                .extracting(rules.cardinality()::bucketsPerPartition)
                .containsExactly(CardinalityLimits.UNBOUNDED, CardinalityLimits.WIDE_BUCKETS_DEFAULT);
    }

    @Test
    void shouldBoundTheirNumber_whenThereAreMany() {
        List<Map<String, Object>> limits = new ArrayList<>();
        IntStream.rangeClosed(0, WideLimitRules.WIDE_LIMITS_MAX)
                .forEach(i -> limits.add(limit("l" + i, "global", 1, "1s", 1)));
        assertThat(problems(document(limits))).singleElement().asString().contains("17 with scope global");
    }

    @Test
    void shouldLeaveTheNumbersAlone_whenATierIsBrownedOut() {
        // Given
        Map<String, Object> document =
                document(limit("own", "account", 10, "1s", 10), limit("all", "global", 10, "1s", 10));
        document.put("tiers", List.of("free"));
        document.put("brownOut", tree("active", true, "tiers", List.of("free"), "scale", "50%"));

        // When
        Ruleset rules = compiled(1, document);

        // Then
        assertThat(rules.hasWideLimits()).isTrue();
        assertThat(rules.limitsFor(admission("acme", 1)))
                .extracting(limit -> limit.algorithm().capacity())
                .containsExactly(5L, 10L);
    }
}
