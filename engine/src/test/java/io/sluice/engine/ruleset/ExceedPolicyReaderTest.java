package io.sluice.engine.ruleset;

import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.problems;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ExceedPolicyReaderTest {

    @Test
    void shouldDenyAndKeepNothing_whenLeftOut() {
        // When
        Limit limit = ruleset(1, limit("l", 1, "1s", 1)).limits().get(0);

        // Then
        assertThat(limit.exceedPolicy()).isEqualTo(ExceedPolicy.DENIED);
        assertThat(limit.kept()).isEqualTo(PriorityShares.NONE);
    }

    @Test
    void shouldHoldForTheCandidateToo_whenThereIsOne() {
        // Given
        Map<String, Object> limit = limit("l", 1, "1s", 1);
        limit.putAll(Map.of("onExceed", "throttle", "maxWait", "1m"));
        limit.put("keepFor", tree("normal", "5%", "high", "12.5%", "critical", "0%"));
        limit.put("candidate", tree("rate", tree("tokens", 2, "per", "1s")));

        // When
        Ruleset ruleset = ruleset(1, limit);

        // Then
        assertThat(ruleset.limits()).hasSize(2).allSatisfy(each -> {
            assertThat(each.exceedPolicy()).isEqualTo(new ExceedPolicy(OnExceed.THROTTLE, 60_000));
            assertThat(each.kept()).isEqualTo(new PriorityShares(50, 125, 0));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"61s", "0s"})
    void shouldBeRefused_whenTheWaitIsOutOfBounds(String maxWait) {
        // Given
        Map<String, Object> limit = limit("l", 1, "1s", 1);
        limit.putAll(Map.of("onExceed", "throttle", "maxWait", maxWait));

        // Then
        assertThat(problems(document(limit)))
                .containsExactly("limits[0].maxWait: \"" + maxWait + "\" (expected: 1ms..1m)");
    }

    @Test
    void shouldBeRefused_whenTheAlgorithmCannotTakeInAdvance() {
        // Given
        Map<String, Object> limit =
                tree("id", "l", "scope", "client", "algorithm", "concurrency", "limit", 3, "ttl", "1s");
        limit.putAll(Map.of("onExceed", "throttle", "maxWait", "2s"));

        // Then
        assertThat(problems(document(limit)))
                .containsExactly("limits[0].onExceed: throttle (expected: only with token-bucket or leaky-bucket)");
    }

    @ParameterizedTest
    @CsvSource({"LOW, 350", "NORMAL, 300", "HIGH, 100", "CRITICAL, 0"})
    void shouldAddUpAndRoundDown_whenSharesAreKept(PriorityLevel priority, int perMille) {
        // Given
        PriorityShares kept = new PriorityShares(50, 200, 100);

        // Then
        assertThat(kept.perMilleAbove(priority)).isEqualTo(perMille);
        assertThat(kept.tokensAbove(priority, 1_000_000_000_000L)).isEqualTo(1_000_000_000L * perMille);
        assertThat(kept.tokensAbove(priority, 19)).isEqualTo(19L * perMille / 1_000);
    }
}
