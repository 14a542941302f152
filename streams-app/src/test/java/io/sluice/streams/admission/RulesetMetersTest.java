package io.sluice.streams.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.engine.ruleset.OnExceed;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.RulesetCompiler;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.Reason;
import io.sluice.schemas.codec.DocumentTree;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RulesetMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private static Ruleset ruleset(long revision, String... limits) throws Exception {
        String all = IntStream.range(0, limits.length / 2)
                .mapToObj(i -> "{\"id\":\"" + limits[2 * i] + "\",\"match\":{\"path\":\"" + limits[2 * i + 1]
                        + "\"},\"scope\":\"client\",\"rate\":{\"tokens\":1,\"per\":\"1s\"}}")
                .collect(Collectors.joining(","));
        return RulesetCompiler.compile(
                revision,
                DocumentTree.ofJson(
                        "{\"tiers\":[\"free\",\"pro\"],\"defaultTier\":\"free\",\"limits\":[" + all + "]}"));
    }

    private static LimitOutcome limit(String id, long retryAfterMillis, boolean enforced, OnExceed action) {
        return new LimitOutcome(id, "acme/ada", 10, 5, 1_000, 0, 0, retryAfterMillis, 0, enforced, action, null);
    }

    private static LimitOutcome passed(String id) {
        return limit(id, 0, true, OnExceed.DENY);
    }

    private static Outcome outcome(String tier, Reason reason, LimitOutcome... limits) {
        return new Outcome(0, 1, tier, 1, reason, List.of(limits));
    }

    private double limits(String limit, String outcome) {
        return registry.get("sluice.limit.outcomes")
                .tags("limit", limit, "outcome", outcome)
                .counter()
                .count();
    }

    private double routes(String tier, String route, String verdict) {
        return registry.get("sluice.route.decisions")
                .tags("tier", tier, "route", route, "verdict", verdict)
                .counter()
                .count();
    }

    private double folded(String label) {
        return registry.get("sluice.metric.names.folded")
                .tag("label", label)
                .gauge()
                .value();
    }

    @Test
    void shouldCountEachLimitAndTheMostPreciseRoute_whenSeveralApply() throws Exception {
        // Given
        RulesetMeters meters = new RulesetMeters(registry, LabelBounds.standard());
        meters.rulesetInForce(ruleset(1, "all", "/v1/**", "any-order", "/v1/orders/{id}", "rush", "/v1/orders/rush"));

        // When
        meters.decided(outcome("pro", Reason.WITHIN_LIMITS, passed("all"), passed("any-order"), passed("rush")));
        meters.decided(
                outcome("pro", Reason.LIMIT_EXCEEDED, passed("all"), limit("any-order", 5, true, OnExceed.DENY)));
        meters.decided(outcome("free", Reason.WITHIN_LIMITS, passed("all"), limit("rush", 5, false, OnExceed.DENY)));
        meters.decided(outcome("free", Reason.TAGGED, limit("all", 5, true, OnExceed.TAG)));
        meters.decided(outcome("free", Reason.CHALLENGED, limit("all", 5, true, OnExceed.CHALLENGE)));
        meters.decided(outcome("free", Reason.THROTTLED, limit("all", 0, true, OnExceed.THROTTLE)));
        meters.decided(outcome("free", Reason.DENY_LISTED));

        // Then
        assertThat(limits("all", "passed")).isEqualTo(3);
        assertThat(limits("any-order", "refused")).isEqualTo(1);
        assertThat(limits("rush", "refused")).isZero();
        assertThat(limits("rush", "shadow-refused")).isEqualTo(1);
        assertThat(limits("all", "tagged")).isEqualTo(1);
        assertThat(limits("all", "challenged")).isEqualTo(1);
        assertThat(limits("all", "throttled")).isEqualTo(1);
        assertThat(routes("pro", "/v1/orders/rush", "allow")).isEqualTo(1);
        assertThat(routes("pro", "/v1/orders/{id}", "deny")).isEqualTo(1);
        assertThat(routes("free", "/v1/orders/rush", "allow")).isEqualTo(1);
        assertThat(routes("free", "/v1/**", "tag")).isEqualTo(1);
        assertThat(routes("free", "/v1/**", "challenge")).isEqualTo(1);
        assertThat(routes("free", "/v1/**", "throttle")).isEqualTo(1);
        assertThat(routes("free", "none", "deny")).isEqualTo(1);
        assertThat(folded("limit")).isZero();
    }

    @Test
    void shouldCountAsOther_whatIsBeyondTheBounds() throws Exception {
        // Given
        RulesetMeters meters = new RulesetMeters(registry, new LabelBounds(1, 1, 1));
        meters.rulesetInForce(ruleset(1, "a", "/a", "b", "/b", "c", "/c"));

        // When
        meters.decided(outcome("pro", Reason.WITHIN_LIMITS, passed("b")));
        meters.decided(outcome("free", Reason.WITHIN_LIMITS, passed("c"), passed("a")));

        // Then
        assertThat(limits("other", "passed")).isEqualTo(2);
        assertThat(limits("a", "passed")).isEqualTo(1);
        assertThat(routes("other", "other", "allow")).isEqualTo(1);
        assertThat(routes("free", "other", "allow")).isEqualTo(1);
        assertThat(folded("limit")).isEqualTo(2);
        assertThat(folded("tier")).isEqualTo(1);
        assertThat(folded("route")).isEqualTo(2);
    }

    @Test
    void shouldForgetNames_whenANewerRulesetHasThemNot() throws Exception {
        // Given
        RulesetMeters meters = new RulesetMeters(registry, LabelBounds.standard());
        meters.rulesetInForce(ruleset(1, "kept", "/kept", "gone", "/gone"));
        meters.decided(outcome("pro", Reason.WITHIN_LIMITS, passed("kept")));
        meters.decided(outcome("pro", Reason.WITHIN_LIMITS, passed("gone")));

        // When
        meters.rulesetInForce(ruleset(2, "kept", "/kept", "new", "/new"));
        meters.rulesetInForce(ruleset(1, "kept", "/kept", "gone", "/gone"));
        meters.decided(outcome("pro", Reason.WITHIN_LIMITS, passed("kept")));
        meters.decided(outcome("pro", Reason.WITHIN_LIMITS, passed("gone")));

        // Then
        assertThat(limits("kept", "passed")).isEqualTo(2);
        assertThat(limits("new", "refused")).isZero();
        assertThat(limits("other", "passed")).isEqualTo(1);
        assertThat(registry.find("sluice.limit.outcomes").tag("limit", "gone").counters())
                .isEmpty();
        assertThat(registry.find("sluice.route.decisions").tag("route", "/gone").counters())
                .isEmpty();
        assertThat(routes("pro", "/kept", "allow")).isEqualTo(2);
    }

    @Test
    void shouldStayBounded_whenRulesetsWithNewNamesFollowEachOther() throws Exception {
        // Given
        RulesetMeters meters = new RulesetMeters(registry, new LabelBounds(2, 2, 2));

        // When
        for (int revision = 1; revision <= 50; revision++) {
            String name = "limit-" + revision;
            meters.rulesetInForce(ruleset(revision, name, "/" + name));
            meters.decided(outcome("pro", Reason.WITHIN_LIMITS, passed(name)));
        }

        // Then
        assertThat(registry.getMeters().stream().filter(Counter.class::isInstance))
                .hasSizeLessThan(10);
    }
}
