package io.sluice.engine.ruleset;

import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.engine.bucket.CarryOver;
import io.sluice.engine.bucket.Rate;
import io.sluice.engine.bucket.TokenBucket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What valid documents mean, and how problems are gathered; the single problems are in {@link RulesetProblemsTest}. */
final class RulesetCompilerTest {

    private static List<String> problemsOf(Object document) {
        try {
            RulesetCompiler.compile(1, document);
            return List.of();
        } catch (InvalidRulesetException e) {
            return e.problems().stream().map(RulesetProblem::toString).toList();
        }
    }

    @Test
    void shouldReadEveryField_whenAllAreGiven() {
        // Given
        Map<String, Object> orders = tree(
                "id",
                "orders.write",
                "description",
                "what nobody reads",
                "match",
                tree(
                        "methods",
                        List.of("post", "PUT"),
                        "host",
                        "*.Example.com",
                        "path",
                        "/v1/orders/**",
                        "tiers",
                        List.of("pro")),
                "scope",
                List.of("account", "attribute:region"),
                "algorithm",
                "token-bucket",
                "rate",
                tree("tokens", 100, "per", "1m"),
                "burst",
                250L);
        Map<String, Object> document = document(orders);
        document.put("version", 1);
        document.put("description", "all of it");
        document.put("tiers", List.of("free", "pro"));
        document.put("defaultTier", "pro");
        document.put("accounts", tree("acme", tree("tier", "free")));
        document.put("idempotencyWindow", "1h");

        // When
        Ruleset ruleset = compiled(42, document);

        // Then
        assertThat(ruleset.revision()).isEqualTo(42);
        assertThat(ruleset.tierOf("acme")).isEqualTo("free");
        assertThat(ruleset.tierOf("other")).isEqualTo("pro");
        assertThat(ruleset.idempotencyWindowMillis()).isEqualTo(3_600_000);
        LimitMatch match = new LimitMatch(
                Set.of("POST", "PUT"),
                "*.example.com",
                PathTemplate.of("/v1/orders/**", PathRules.STANDARD),
                Set.of("pro"),
                Map.of());
        Scope scope = new Scope(List.of(new Scope.Account(), new Scope.Attribute("region")));
        TokenBucket bucket = new TokenBucket(new Rate(100, 60_000), 250);
        assertThat(ruleset.limits())
                .containsExactly(new Limit("orders.write", match, scope, bucket, Rollout.ENFORCE, CarryOver.ADDITIVE));
        assertThat(ruleset.limit("orders.write", "other"))
                .isSameAs(ruleset.limits().get(0));
    }

    @Test
    void shouldUseDefaults_whenFieldsAreLeftOut() {
        // Given
        Map<String, Object> bare = tree("id", "bare", "scope", "client", "rate", tree("tokens", 5, "per", "1s"));

        // When
        Ruleset ruleset = compiled(1, document(bare));

        // Then
        Limit limit = ruleset.limits().get(0);
        assertThat(limit.match()).isEqualTo(LimitMatch.ALL);
        assertThat(limit.scope()).isEqualTo(new Scope(List.of(new Scope.Client())));
        assertThat(limit.algorithm().capacity())
                .as("the burst is the rate's tokens")
                .isEqualTo(5);
        assertThat(ruleset.tierOf("anyone")).isEqualTo(Ruleset.STANDARD_TIER);
        assertThat(ruleset.idempotencyWindowMillis()).isEqualTo(600_000);
    }

    @Test
    void shouldTakeTheFirstTier_whenNoDefaultIsNamed() {
        // Given
        Map<String, Object> document = document();
        document.put("tiers", List.of("pro", "free"));

        // Then
        assertThat(compiled(1, document).tierOf("anyone")).isEqualTo("pro");
    }

    @Test
    void shouldTreatNullAsAbsent_whenAnOptionalFieldIsNull() {
        // Given
        Map<String, Object> limit = limit("it", 5, "1s", 9);
        limit.put("burst", null);
        limit.put("match", null);
        Map<String, Object> document = document(limit);
        document.put("tiers", null);
        document.put("idempotencyWindow", null);

        // Then
        assertThat(compiled(1, document).limits().get(0).algorithm().capacity()).isEqualTo(5);
    }

    @Test
    void shouldCompile_whenThereIsNoLimitAtAll() {
        assertThat(compiled(1, document()).limits()).isEmpty();
    }

    @Test
    void shouldFindEveryProblem_whenThereAreSeveral() {
        // Given
        Map<String, Object> first = limit("Bad Id", List.of("client", "user"), 0, "1s", -1);
        Map<String, Object> second = limit("b", 1, "soon", 0);
        second.put("colour", "red");
        second.put("match", tree("path", "v1", "tiers", List.of("gold")));
        Map<String, Object> document = document(first, second, limit("b", 1, "1s", 1));
        document.put("version", 2);
        document.put("limit", List.of());

        // Then
        assertThat(problemsOf(document))
                .containsExactlyInAnyOrder(
                        "limit: unknown field (expected: accounts, alerts, anonymousTier, brownOut, cardinality, "
                                + "defaultTier, description, gateways, idempotencyWindow, limits, lists, paths, "
                                + "penalties, tierPriorities, tiers, "
                                + "unreadableAddresses,"
                                + " version)",
                        "version: 2 (expected: 1)",
                        "limits[0].id: \"Bad Id\" (expected: 1 to 64 of a-z 0-9 . _ -, beginning with a letter or"
                                + " digit)",
                        "limits[0].scope: \"user\" (expected: client, client:N, account, attribute:NAME or global)",
                        "limits[0].rate: tokens: 0 (expected: 1..1000000000000)",
                        "limits[0].burst: -1 (expected: 1..1000000000000)",
                        "limits[1].colour: unknown field (expected: alertAt, algorithm, burst, candidate, carryOver,"
                                + " cost, description, exact, grace, id, keepFor, limit, match, maxWait, mode,"
                                + " onExceed,"
                                + " onFailure, overdraft, queue, rate, record, refunds, rollout, scope, tiers, ttl,"
                                + " window)",
                        "limits[1].match.path: \"v1\" (expected: a path that begins with /)",
                        "limits[1].match.tiers: \"gold\" (expected: one of standard)",
                        "limits[1].rate.per: \"soon\" (expected: a number and one of ms, s, m, h, d, w, such as 30s)",
                        "limits[1].burst: 0 (expected: 1..1000000000000)",
                        "limits[2].id: \"b\" (expected: an id that no other limit has)");
    }

    @Test
    void shouldListEveryProblem_whenTheMessageIsRead() {
        // Given
        Map<String, Object> document = document(limit("a", 1, "1s", 0), limit("a", 1, "1s", 1));

        // Then
        assertThatExceptionOfType(InvalidRulesetException.class)
                .isThrownBy(() -> RulesetCompiler.compile(1, document))
                .withMessage("limits[0].burst: 0 (expected: 1..1000000000000)\n"
                        + "limits[1].id: \"a\" (expected: an id that no other limit has)");
    }

    @Test
    void shouldAcceptTheExtremes_whenTheyAreInRange() {
        // Given
        Map<String, Object> document =
                document(limit("slowest", 1, "3660d", 1_000_000_000_000L), limit("fastest", 10_000_000, "1s", 1));
        document.put("idempotencyWindow", "7d");

        // Then
        assertThat(compiled(Long.MAX_VALUE, document).limits()).hasSize(2);
    }

    @Test
    void shouldRefuseTheRevision_whenItIsNotPositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RulesetCompiler.compile(0, document()))
                .withMessage("revision: 0 (expected: 1..9223372036854775807)");
    }
}
