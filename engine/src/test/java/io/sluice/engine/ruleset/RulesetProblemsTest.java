package io.sluice.engine.ruleset;

import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each thing that can be wrong with a document: its place and its words, both part of what operators rely on. */
final class RulesetProblemsTest {
    private static final String NAME_FORM = " (expected: 1 to 64 of a-z 0-9 . _ -, beginning with a letter or digit)";
    private static final String LIMIT_FIELDS =
            "alertAt, algorithm, burst, candidate, carryOver, cost, description, exact, grace, id, keepFor, limit, match,"
                    + " maxWait, mode, onExceed, onFailure, overdraft, queue, rate, record, refunds, rollout, scope,"
                    + " tiers, ttl, window";

    private static List<String> problemsOf(Object document) {
        try {
            RulesetCompiler.compile(1, document);
            return List.of();
        } catch (InvalidRulesetException e) {
            return e.problems().stream().map(RulesetProblem::toString).toList();
        }
    }

    private static Map<String, Object> validLimit() {
        return limit("it", 1, "1s", 1);
    }

    static Stream<Arguments> limitFields() {
        return Stream.of(
                arguments("burst", -1, ".burst: -1 (expected: 1..1000000000000)"),
                arguments("burst", 1_000_000_000_001L, ".burst: 1000000000001 (expected: 1..1000000000000)"),
                arguments("burst", "9", ".burst: \"9\" (expected: an integer)"),
                arguments("burst", 1.5, ".burst: 1.5 (expected: an integer)"),
                arguments("id", null, ".id: missing (expected: a string)"),
                arguments("id", 7, ".id: 7 (expected: a string)"),
                arguments("id", "", ".id: \"\" (expected: a string)"),
                arguments("id", "Orders", ".id: \"Orders\"" + NAME_FORM),
                arguments("id", "-x", ".id: \"-x\"" + NAME_FORM),
                arguments("id", "a".repeat(65), ".id: \"" + "a".repeat(65) + "\"" + NAME_FORM),
                arguments(
                        "algorithm",
                        "leaky",
                        ".algorithm: \"leaky\" (expected: concurrency, fixed-window, leaky-bucket,"
                                + " sliding-window-counter, sliding-window-log, token-bucket)"),
                arguments(
                        "scope",
                        "user",
                        ".scope: \"user\" (expected: client, client:N, account, attribute:NAME or global)"),
                arguments(
                        "scope",
                        List.of(),
                        ".scope: [] (expected: client, client:N, account, attribute:NAME or global)"),
                arguments("match", "GET", ".match: \"GET\" (expected: an object)"),
                arguments(
                        "match",
                        tree("verb", "GET"),
                        ".match.verb: unknown field (expected: attributes, host, methods, path, tiers)"),
                arguments("match", tree("host", 7), ".match.host: 7 (expected: a string)"),
                arguments("match", tree("methods", 7), ".match.methods: 7 (expected: a string or a list of strings)"),
                arguments(
                        "match",
                        tree("path", "/a{b}"),
                        ".match.path: \"/a{b}\" (expected: {name}, * or ** as a whole segment)"),
                arguments("match", tree("tiers", "gold"), ".match.tiers: \"gold\" (expected: one of standard)"),
                arguments("onExceed", "explode", ".onExceed: \"explode\" (expected: challenge, deny, tag, throttle)"),
                arguments("onExceed", "throttle", ".maxWait: missing (expected: a string)"),
                arguments("maxWait", "2s", ".maxWait: 2s (expected: only with onExceed throttle)"),
                arguments("keepFor", "20%", ".keepFor: \"20%\" (expected: an object)"),
                arguments(
                        "keepFor",
                        tree("low", "20%"),
                        ".keepFor.low: unknown field (expected: critical, high, normal)"),
                arguments("keepFor", tree("high", "20"), ".keepFor.high: \"20\" (expected: 0% to 100%, such as 12.5%)"),
                arguments(
                        "keepFor",
                        tree("high", "60%", "critical", "40.5%"),
                        ".keepFor: 100.5% in all (expected: at most 100%)"),
                arguments("grace", "110%", ".grace: \"110%\" (expected: 0% to 100%, such as 12.5%)"),
                arguments("grace", 10, ".grace: 10 (expected: a share such as 10%)"),
                arguments("grace", "0.1%", ".grace: 0.1% of 1 tokens (expected: at least one token, or no grace)"),
                arguments("colour", "red", ".colour: unknown field (expected: " + LIMIT_FIELDS + ")"));
    }

    @ParameterizedTest
    @MethodSource("limitFields")
    void shouldNameTheField_whenALimitIsWrong(String field, Object value, String problem) {
        // Given
        Map<String, Object> limit = validLimit();
        limit.put(field, value);

        // Then
        assertThat(problemsOf(document(limit("first", 1, "1s", 1), limit))).containsExactly("limits[1]" + problem);
    }

    static Stream<Arguments> rates() {
        return Stream.of(
                arguments(0, "1s", ": tokens: 0 (expected: 1..1000000000000)"),
                arguments("1", "1s", ".tokens: \"1\" (expected: an integer)"),
                arguments(null, "1s", ".tokens: missing (expected: an integer)"),
                arguments(1, null, ".per: missing (expected: a string)"),
                arguments(1, 60, ".per: 60 (expected: a number with a unit, such as 60s)"),
                arguments(1, "10", ".per: \"10\" (expected: a number and one of ms, s, m, h, d, w, such as 30s)"),
                arguments(1, "99999999999w", ".per: \"99999999999w\" (expected: a shorter duration)"),
                arguments(1, "0s", ".per: \"0s\" (expected: 1ms..3660d)"),
                arguments(1, "3661d", ".per: \"3661d\" (expected: 1ms..3660d)"),
                arguments(10_001, "1ms", ": 10001 tokens per 1 ms (expected: at most 10000 tokens per ms)"));
    }

    @ParameterizedTest
    @MethodSource("rates")
    void shouldNameTheRate_whenItIsWrong(Object tokens, Object per, String problem) {
        // Given
        Map<String, Object> limit = validLimit();
        limit.put("rate", tree("tokens", tokens, "per", per));

        // Then
        assertThat(problemsOf(document(limit))).containsExactly("limits[0].rate" + problem);
    }

    static Stream<Arguments> rootFields() {
        return Stream.of(
                arguments("version", 2, "version: 2 (expected: 1)"),
                arguments("version", "1", "version: \"1\" (expected: an integer)"),
                arguments("tiers", List.of("free", "Pro"), "tiers: Pro" + NAME_FORM),
                arguments("tiers", List.of(), "tiers: 0 tiers (expected: 1..100)"),
                arguments("defaultTier", "x", "defaultTier: given without tiers (expected: a list of tiers beside it)"),
                arguments("accounts", "acme", "accounts: \"acme\" (expected: an object)"),
                arguments("accounts", tree("acme", "pro"), "accounts.acme: \"pro\" (expected: an object)"),
                arguments(
                        "accounts",
                        tree("acme/a", tree("tier", "standard")),
                        "accounts: \"acme/a\" (expected: the first segment of a client ID)"),
                arguments(
                        "accounts",
                        tree("acme", tree("tier", "gold")),
                        "accounts.acme.tier: \"gold\" (expected: one of standard)"),
                arguments(
                        "accounts",
                        tree("acme", tree("tier", "standard", "burst", 1)),
                        "accounts.acme.burst: unknown field (expected: limits, tier)"),
                arguments("idempotencyWindow", "8d", "idempotencyWindow: \"8d\" (expected: 1ms..1w)"),
                arguments("idempotencyWindow", "0s", "idempotencyWindow: \"0s\" (expected: 1ms..1w)"),
                arguments("idempotencyWindow", 5, "idempotencyWindow: 5 (expected: a number with a unit, such as 5s)"),
                arguments("limits", null, "limits: missing (expected: a list)"),
                arguments("limits", "none", "limits: \"none\" (expected: a list)"));
    }

    @ParameterizedTest
    @MethodSource("rootFields")
    void shouldNameTheField_whenTheDocumentIsWrong(String field, Object value, String problem) {
        // Given
        Map<String, Object> document = document(validLimit());
        document.put(field, value);

        // Then
        // The problem is there, perhaps with others that follow from it.
        assertThat(problemsOf(document)).contains(problem);
    }

    @Test
    void shouldNameTheTiers_whenTheDefaultIsNoneOfThem() {
        // Given
        Map<String, Object> document = document();
        document.put("tiers", List.of("free", "pro"));
        document.put("defaultTier", "gold");

        // Then
        assertThat(problemsOf(document)).containsExactly("defaultTier: \"gold\" (expected: one of free, pro)");
    }

    @Test
    void shouldNameTheWholeDocument_whenItIsNotAnObject() {
        assertThat(problemsOf(null)).contains("an empty document (expected: a ruleset, at least limits: [])");
        assertThat(problemsOf("limits")).contains("\"limits\" (expected: an object)");
        assertThat(problemsOf(List.of())).contains("[] (expected: an object)");
    }

    @Test
    void shouldNameTheLimit_whenItIsNotAnObject() {
        // Given
        Map<String, Object> document = tree("limits", Arrays.asList("orders", null));

        // Then
        assertThat(problemsOf(document))
                .contains("limits[0]: \"orders\" (expected: an object)", "limits[1]: missing (expected: an object)");
    }

    @Test
    void shouldNameScopeAndRate_whenTheyAreMissing() {
        // Given
        Map<String, Object> document = document(tree("id", "it"));

        // Then
        assertThat(problemsOf(document))
                .contains(
                        "limits[0].scope: missing (expected: a string or a list of strings)",
                        "limits[0].rate: missing (expected: an object)");
    }

    @Test
    void shouldNameTheCount_whenThereAreTooMany() {
        // Given
        List<Map<String, Object>> limits = new ArrayList<>();
        IntStream.rangeClosed(0, RulesetCompiler.LIMITS_MAX).forEach(i -> limits.add(limit("l" + i, 1, "1s", 1)));
        Map<String, Object> accounts = new LinkedHashMap<>();
        IntStream.rangeClosed(0, RulesetCompiler.ACCOUNTS_MAX)
                .forEach(i -> accounts.put("a" + i, tree("tier", Ruleset.STANDARD_TIER)));
        Map<String, Object> document = document(limits);
        document.put("accounts", accounts);

        // Then
        assertThat(problemsOf(document))
                .containsExactlyInAnyOrder(
                        "accounts: 100001 accounts (expected: at most 100000)",
                        "limits: 10001 limits (expected: at most 10000)");
        assertThat(problemsOf(tree(
                        "limits",
                        List.of(),
                        "tiers",
                        IntStream.range(0, 101).mapToObj(i -> "t" + i).toList())))
                .containsExactly("tiers: 101 tiers (expected: 1..100)");
    }

    @Test
    void shouldStandAlone_whenAProblemHasNoPath() {
        assertThat(new RulesetProblem("", "missing")).hasToString("missing");
        assertThat(new RulesetProblem("limits[3].burst", "0")).hasToString("limits[3].burst: 0");
        assertThatExceptionOfType(InvalidRulesetException.class)
                .isThrownBy(() -> RulesetCompiler.compile(1, 7))
                .withMessageStartingWith("7 (expected: an object)");
    }
}
