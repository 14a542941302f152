package io.sluice.engine.ruleset;

import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.matching;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which limits of a ruleset apply to an admission. */
final class RulesetMatchingTest {

    private static Admission asking(String account, String method, String host, String path) {
        return new Admission(account, account, 1, method, RoutePath.of(path), host, Map.of());
    }

    private static Ruleset withMatch(Object... keysAndValues) {
        return compiled(1, document(matching(limit("it", 1, "1s", 1), keysAndValues)));
    }

    private static List<String> idsFor(Ruleset ruleset, Admission admission) {
        return ruleset.limitsFor(admission).stream().map(Limit::id).toList();
    }

    @Test
    void shouldKeepTheOrderOfTheDocument_whenSeveralLimitsApply() {
        // Given
        Ruleset ruleset = compiled(
                1,
                document(
                        limit("zulu", 1, "1s", 1),
                        matching(limit("posts", 1, "1s", 1), "methods", "POST"),
                        limit("alpha", 1, "1s", 1),
                        matching(limit("gets", 1, "1s", 1), "methods", List.of("GET", "HEAD"))));

        // Then
        assertThat(idsFor(ruleset, asking("acme", "GET", "", "/"))).containsExactly("zulu", "alpha", "gets");
        assertThat(idsFor(ruleset, asking("acme", "POST", "", "/"))).containsExactly("zulu", "posts", "alpha");
        assertThat(idsFor(ruleset, asking("acme", "", "", "/"))).containsExactly("zulu", "alpha");
    }

    @Test
    void shouldFollowTheTier_whenLimitsNameTiers() {
        // Given
        Map<String, Object> document = document(
                matching(limit("free", 1, "1s", 1), "tiers", "free"),
                matching(limit("paid", 1, "1s", 1), "tiers", List.of("pro", "max")),
                limit("all", 1, "1s", 1));
        document.put("tiers", List.of("free", "pro", "max"));
        document.put("accounts", tree("acme", tree("tier", "max"), "beta", tree("tier", "pro")));
        Ruleset ruleset = compiled(1, document);

        // Then
        assertThat(idsFor(ruleset, asking("acme", "GET", "", "/"))).containsExactly("paid", "all");
        assertThat(idsFor(ruleset, asking("beta", "GET", "", "/"))).containsExactly("paid", "all");
        assertThat(idsFor(ruleset, asking("unknown", "GET", "", "/"))).containsExactly("free", "all");
        assertThat(ruleset.limitsOf("beta")).extracting(Limit::id).containsExactly("paid", "all");
    }

    @ParameterizedTest
    @CsvSource({
        "api.example.com, api.example.com, true",
        "API.Example.com, api.example.com, true",
        "api.example.com, example.com, false",
        "api.example.com, x.api.example.com, false",
        "*.example.com, api.example.com, true",
        "*.Example.COM, a.b.example.com, true",
        "*.example.com, example.com, false",
        "*.example.com, evil-example.com, false",
        "*.example.com, api.example.com.evil.net, false",
        "*.example.com, '', false",
    })
    void shouldMatchTheHost_whenEqualOrBelowTheWildcard(String expected, String host, boolean applies) {
        assertThat(idsFor(withMatch("host", expected), asking("acme", "GET", host, "/")))
                .hasSize(applies ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({"get, GET, true", "Get, GET, true", "GET, POST, false", "GET, '', false"})
    void shouldMatchTheMethod_whenSpelledInAnyCase(String expected, String method, boolean applies) {
        assertThat(idsFor(withMatch("methods", expected), asking("acme", method, "", "/")))
                .hasSize(applies ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/orders/{id}, /v1/orders/7, true",
        "/v1/orders/{id}, /v1/orders, false",
        "/v1/**, /v1//orders/../orders, true",
        "/v1/**, /v1/../v2, false",
    })
    void shouldMatchThePath_whenTheTemplateDoes(String template, String path, boolean applies) {
        assertThat(idsFor(withMatch("path", template), asking("acme", "GET", "", path)))
                .hasSize(applies ? 1 : 0);
    }

    @Test
    void shouldNeedEveryPart_whenSeveralAreGiven() {
        // Given
        Ruleset ruleset = withMatch("methods", "POST", "host", "api.test", "path", "/v1/**", "tiers", "standard");

        // Then
        assertThat(idsFor(ruleset, asking("acme", "POST", "api.test", "/v1/x"))).containsExactly("it");
        assertThat(idsFor(ruleset, asking("acme", "GET", "api.test", "/v1/x"))).isEmpty();
        assertThat(idsFor(ruleset, asking("acme", "POST", "other.test", "/v1/x")))
                .isEmpty();
        assertThat(idsFor(ruleset, asking("acme", "POST", "api.test", "/v2/x"))).isEmpty();
    }

    @Test
    void shouldApplyToAll_whenTheMatchIsEmpty() {
        assertThat(idsFor(withMatch(), asking("acme", "", "", "/"))).containsExactly("it");
        assertThat(idsFor(withMatch("methods", List.of(), "tiers", List.of()), asking("acme", "PUT", "h", "/a")))
                .containsExactly("it");
    }

    @Test
    void shouldHaveNoLimit_whenThereIsNoRuleset() {
        // Given
        Ruleset none = Ruleset.none();

        // Then
        assertThat(none.revision()).isEqualTo(Ruleset.NO_REVISION);
        assertThat(none.limitsFor(asking("acme", "GET", "", "/"))).isEmpty();
        assertThat(none.tierOf("acme")).isEqualTo(Ruleset.STANDARD_TIER);
        assertThat(none.limit("it", "acme")).isNull();
    }
}
