package io.sluice.cli.rules.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.rules.RulesFile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configurations of Bucket4j's Spring Boot starter, in the forms that it documents, and in forms that are wrong. */
final class Bucket4jImportTest {
    private static ImportedRuleset imported(String text) throws CommandFailure {
        Bucket4jImport source = new Bucket4jImport();
        source.read("application.yml", text);
        return source.ruleset();
    }

    /** A filter whose rate limits are these. */
    private static String filter(String filter, String rateLimits) {
        return "bucket4j:\n  filters:\n    - {" + filter + "rate-limits: [" + rateLimits + "]}\n";
    }

    private static String rateLimit(String fields) {
        return filter("", "{" + fields + "bandwidths: [{capacity: 5, time: 10, unit: seconds}]}");
    }

    private static String bandwidth(String fields) {
        return filter("", "{bandwidths: [{" + fields + "}]}");
    }

    private static List<String> kinds(ImportedRuleset ruleset) {
        return ruleset.findings().stream()
                .map(finding -> finding.get("kind") + " " + finding.get("text"))
                .toList();
    }

    private static Map<?, ?> onlyLimit(String text) throws CommandFailure {
        List<?> limits = (List<?>) imported(text).document().get("limits");
        assertThat(limits).hasSize(1);
        return (Map<?, ?>) limits.get(0);
    }

    @Test
    void shouldBeOneLimitForEachBandwidth_whenNothingElseIsAsked() throws Exception {
        // Given
        String text = """
                server: {port: 8080}
                bucket4j:
                  enabled: true
                  cache-to-use: jcache
                  filters:
                    - cache-name: buckets
                      url: .*
                      rate-limits:
                        - bandwidths:
                            - {capacity: 5, time: 10, unit: seconds}
                            - {capacity: 1000, refill-capacity: 100, time: 1, unit: HALF_DAYS, refill-speed: greedy}
                """;

        // When
        ImportedRuleset ruleset = imported(text);

        // Then
        assertThat(ruleset.isWhole()).isTrue();
        assertThat(ruleset.lines()).isEmpty();
        assertThat(ruleset.document().get("limits"))
                .isEqualTo(List.of(
                        Map.of(
                                "id",
                                "filter-1.5-per-10s",
                                "scope",
                                "account",
                                "rate",
                                Map.of("tokens", 5L, "per", "10s"),
                                "burst",
                                5L),
                        Map.of(
                                "id",
                                "filter-1.1000-per-12h",
                                "scope",
                                "account",
                                "rate",
                                Map.of("tokens", 100L, "per", "12h"),
                                "burst",
                                1000L)));
        assertThat(RulesFile.parse("rules", ruleset.yaml()).tree()).isEqualTo(ruleset.document());
        assertThat(ruleset.yaml()).contains("  # application.yml:10\n  - id: \"filter-1.5-per-10s\"");
    }

    @Test
    void shouldTakeNamesAsSpringDoes_whenWrittenInAnotherWay() throws Exception {
        // Given
        String text = """
                bucket4j:
                  filters:
                    - id: Login
                      httpResponseBody: '{}'
                      rateLimits:
                        - cacheKey: getRemoteAddr()
                          executePredicates: ["METHOD=post,PUT", "PATH=/users/{id}/login"]
                          num_tokens: 2
                          tokensInheritanceStrategy: AS_IS
                          bandwidths:
                            - {capacity: 20, refillCapacity: 20, time: 1, unit: Minutes, refillSpeed: INTERVAL}
                """;

        // When
        ImportedRuleset ruleset = imported(text);

        // Then
        assertThat(ruleset.document().get("limits"))
                .isEqualTo(List.of(Map.of(
                        "id",
                        "login.20-per-1m",
                        "match",
                        Map.of("methods", List.of("POST", "PUT"), "path", "/users/*/login"),
                        "scope",
                        "attribute:ip",
                        "algorithm",
                        "fixed-window",
                        "limit",
                        20L,
                        "window",
                        Map.of("per", "1m", "from", "first-hit"),
                        "cost",
                        2L,
                        "carryOver",
                        "as-is")));
        assertThat(kinds(ruleset)).containsExactly("note http-response-body", "changed refill-speed: interval");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "execute-condition: \"@security.notSignedIn()\"",
                "skip-condition: \"@security.username() == 'admin'\"",
                "skip-predicates: [PATH=/health]",
                "post-execute-condition: getStatus() eq 401",
                "execute-predicates: [HEADER=X-Beta]",
                "execute-predicates: [\"PATH=/a,/b\"]",
                "execute-predicates: [{name: PATH, args: {a: /b}}]"
            })
    void shouldRefuseNobody_whenAConditionCannotBeCarriedOver(String condition) throws Exception {
        // Given
        String text = rateLimit(condition + ", ");

        // When
        ImportedRuleset ruleset = imported(text);

        // Then
        assertThat(onlyLimit(text).get("mode")).isEqualTo("shadow");
        assertThat(ruleset.isWhole()).isFalse();
        assertThat(kinds(ruleset)).singleElement().asString().startsWith("not carried over ");
        assertThat(ruleset.lines().get(0)).startsWith("application.yml:3: not carried over: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | account | ''",
                "'cache-key: 1, ' | account | ''",
                "'cache-key: getRemoteAddress(), ' | attribute:ip | ''",
                "'expression: getRemoteAddr(), ' | attribute:ip | ''",
                "'cache-key: \"getHeader(''X-API-Key'')\", ' | attribute:x-api-key | note",
                "'cache-key: \"@s.username()?: getRemoteAddr()\", ' | client | changed"
            })
    void shouldCountByWhatTheKeyNames(String key, String scope, String finding) throws Exception {
        // Given
        String text = rateLimit(key);

        // When / Then
        assertThat(onlyLimit(text).get("scope")).isEqualTo(scope);
        assertThat(String.join("", kinds(imported(text)))).startsWith(finding);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                ".* ; - ; ''",
                "/.* ; - ; ''",
                "/login ; /login ; ''",
                "^/v1\\.0/sign-in$ ; /v1.0/sign-in ; ''",
                "/ ; / ; ''",
                "/api/.* ; /api/** ; '/api/** takes /api, too'",
                "^(/hello).* ; /hello/** ; '/hello/** takes no /hellox'",
                "/users/[^/]+/orders ; /users/*/orders ; ''",
                "/users/\\d+/.* ; /users/*/** ; '* takes any segment, not only \\d+, and /users/*/** takes /users/*, too'",
                "^(/a|/b).* ; ! ; ''",
                "/admin* ; ! ; ''",
                "/a?b ; ! ; ''",
                "login ; ! ; ''"
            })
    void shouldBeAPathTemplate_whenARegularExpressionSaysNothingElse(String regex, String template, String differs) {
        // When
        UrlPattern url = UrlPattern.ofRegex(regex);

        // Then
        if (template.equals("!")) {
            assertThat(url).isNull();
            return;
        }
        assertThat(url).isEqualTo(new UrlPattern(template.equals("-") ? null : template, differs));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "/api/.* ; /api/orders/{id} ; /api/orders/* ;",
                "/api/.* ; /api/** ; /api/** ;",
                ".* ; /a/{*rest} ; /a/** ;",
                ".* ; /a/*.html ; ; shadow",
                "/api/.* ; /other ; /api/** ; shadow",
                "^(/a|/b).* ; /c ; /c ; shadow"
            })
    void shouldHaveOnePath_whenFilterAndPredicateNameOne(String url, String predicate, String path, String mode)
            throws Exception {
        // Given
        String text = filter(
                "url: '" + url + "', ",
                "{execute-predicates: ['PATH=" + predicate
                        + "'], bandwidths: [{capacity: 5, time: 10, unit: seconds}]}");

        // When
        Map<?, ?> limit = onlyLimit(text);

        // Then
        assertThat(limit.get("match")).isEqualTo(path == null ? null : Map.of("path", path));
        assertThat(limit.get("mode")).isEqualTo(mode);
    }

    @Test
    void shouldSayThatAllMatch_whenTheStrategyIsFirst() throws Exception {
        // Given
        String two = "{bandwidths: [{capacity: 5, time: 10, unit: seconds}]}, "
                + "{cache-key: getRemoteAddr(), bandwidths: [{capacity: 1, time: 1, unit: days}]}";

        // When / Then
        assertThat(kinds(imported(filter("", two)))).containsExactly("changed strategy: first");
        assertThat(kinds(imported(filter("strategy: all, ", two)))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "capacity: 0, time: 1, unit: days | capacity: 0 (expected: a whole number, 1..1000000000000)",
                "time: 1, unit: days | capacity: missing (expected: a whole number, 1..1000000000000)",
                "capacity: '${LIMIT}', time: 1, unit: days | capacity: \"${LIMIT}\" (expected: a whole number, 0..1000000000000)",
                "capacity: 5, time: 1, unit: weeks | unit: weeks (expected: millis, seconds, minutes, hours, half_days, days)",
                "capacity: 5, time: 1 | unit: missing (expected: millis, seconds, minutes, hours, half_days, days)",
                "capacity: 5, time: 1, unit: days, refill-speed: fast | refill-speed: fast (expected: greedy, interval)"
            })
    void shouldNameFileLineAndValue_whenABandwidthIsWrong(String fields, String expected) {
        assertThatThrownBy(() -> imported(bandwidth(fields)))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("application.yml:3: " + expected);
    }

    @Test
    void shouldNameTheFile_whenItHasNoFilters() {
        assertThatThrownBy(() -> imported("spring: {application: {name: shop}}"))
                .hasMessage("application.yml:1: bucket4j: missing (expected: bucket4j with filters; properties files"
                        + " written as YAML)");
        assertThatThrownBy(() -> imported(filter("", "")))
                .hasMessage("application.yml:3: rate-limits: missing (expected: a list of rate limits)");
        assertThatThrownBy(() -> imported(filter("", "{cache-key: 1}")))
                .hasMessage("application.yml:3: bandwidths: missing (expected: a list with capacity, time and unit)");
        assertThatThrownBy(() -> imported(rateLimit("")).verify(1, 10)).hasMessageStartingWith("--verify (expected: ");
    }
}
