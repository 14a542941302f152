package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.OnExceed;
import io.sluice.engine.ruleset.PriorityLevel;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.Reason;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What limits do about admissions that exceed them, and what they keep for whom. */
final class LedgerExceedTest {
    private static final Admission ONE = admission("acme", 1);

    private static Map<String, Object> limitThat(String action, String id, String per) {
        Map<String, Object> limit = limit(id, 1, per, 1);
        limit.put("onExceed", action);
        if (action.equals("throttle")) {
            limit.put("maxWait", "10s");
        }
        return limit;
    }

    @Test
    void shouldLetThroughUncharged_whenTagged() {
        // Given
        LedgerHarness harness =
                LedgerHarness.with(ruleset(1, limitThat("tag", "soft", "1s"), limit("hard", 1, "1s", 9)));
        harness.admit(0, ONE);

        // When
        Outcome tagged = harness.admit(0, ONE);

        // Then
        assertThat(tagged.reason()).isEqualTo(Reason.TAGGED);
        assertThat(tagged.tags()).containsExactly("soft");
        assertThat(tagged.charged()).isEqualTo(1);
        assertThat(tagged.retryAfterMillis()).isZero();
        assertThat(tagged.limits().stream().map(LimitOutcome::remaining)).containsExactly(0L, 7L);
        assertThat(tagged.limits().get(0).retryAfterMillis()).isEqualTo(1_000);
        // A tagged admission costs the limit nothing, so it recovers under load.
        assertThat(harness.admit(1_000, ONE).reason()).isEqualTo(Reason.WITHIN_LIMITS);
    }

    @Test
    void shouldSayThatNothingWasCharged_whenOnlyTagged() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limitThat("tag", "soft", "1s")));

        // When
        Outcome impossible = harness.admit(0, admission("acme", 2));

        // Then
        assertThat(impossible.reason()).isEqualTo(Reason.TAGGED);
        assertThat(impossible.charged()).isZero();
        assertThat(impossible.limits().get(0).retryAfterMillis()).isEqualTo(Algorithm.NEVER);
    }

    @Test
    void shouldRefuse_whenChallenged() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limitThat("challenge", "bots", "1s")));
        harness.admit(0, ONE);

        // When
        Outcome challenged = harness.admit(0, ONE);

        // Then
        assertThat(challenged.allowed()).isFalse();
        assertThat(challenged.reason()).isEqualTo(Reason.CHALLENGED);
        assertThat(challenged.charged()).isZero();
        assertThat(challenged.retryAfterMillis()).isEqualTo(1_000);
    }

    @ParameterizedTest
    @CsvSource({
        "deny,      challenge, LIMIT_EXCEEDED, a, 2000",
        "challenge, deny,      LIMIT_EXCEEDED, b, 2000",
        "deny,      throttle,  LIMIT_EXCEEDED, a, 1000",
        "deny,      tag,       LIMIT_EXCEEDED, a, 1000",
        "challenge, throttle,  CHALLENGED,     a, 1000",
        "challenge, tag,       CHALLENGED,     a, 1000",
        "throttle,  tag,       THROTTLED,      a, 0",
        "tag,       throttle,  THROTTLED,      a, 0"
    })
    void shouldDoTheStrictest_whenSeveralAreExceeded(
            String first, String second, Reason reason, String deciding, long retryAfterMillis) {
        // Given
        LedgerHarness harness =
                LedgerHarness.with(ruleset(1, limitThat(first, "a", "1s"), limitThat(second, "b", "2s")));
        harness.admit(0, ONE);

        // When
        Outcome outcome = harness.admit(0, ONE);

        // Then
        assertThat(outcome.reason()).isEqualTo(reason);
        assertThat(outcome.deciding().limitId()).isEqualTo(deciding);
        assertThat(outcome.retryAfterMillis()).isEqualTo(retryAfterMillis);
        assertThat(outcome.tags().isEmpty()).isEqualTo(reason != Reason.THROTTLED);
    }

    @Test
    void shouldDoNothing_whenTheLimitIsInShadow() {
        // Given
        Map<String, Object> shadow = limitThat("challenge", "bots", "1s");
        shadow.put("mode", "shadow");
        LedgerHarness harness = LedgerHarness.with(ruleset(1, shadow, limit("l", 1, "1s", 5)));
        harness.admit(0, ONE);

        // When
        Outcome outcome = harness.admit(0, ONE);

        // Then
        assertThat(outcome.reason()).isEqualTo(Reason.WITHIN_LIMITS);
        assertThat(outcome.tags()).isEmpty();
        assertThat(outcome.limits().get(0).action()).isEqualTo(OnExceed.CHALLENGE);
    }

    private static Map<String, Object> algorithm(String name) {
        Map<String, Object> rate = tree("tokens", 10, "per", "1s");
        Map<String, Object> window = tree("per", "1s");
        return switch (name) {
            case "token-bucket" -> tree("rate", rate, "burst", 10);
            case "leaky-bucket" -> tree("rate", rate, "queue", 10);
            case "concurrency" -> tree("limit", 10, "ttl", "1s");
            default -> tree("limit", 10, "window", window);
        };
    }

    static Stream<String> algorithms() {
        return Stream.of(
                "token-bucket",
                "leaky-bucket",
                "fixed-window",
                "sliding-window-counter",
                "sliding-window-log",
                "concurrency");
    }

    /** 15% and 10% of 10: 2 tokens are kept from normal, 1 from high. */
    private static LedgerHarness keeping(String algorithm) {
        Map<String, Object> limit = tree("id", "l", "scope", "client", "algorithm", algorithm);
        limit.putAll(algorithm(algorithm));
        limit.put("keepFor", tree("high", "15%", "critical", "10%"));
        return LedgerHarness.with(ruleset(1, limit));
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void shouldKeepTokens_whenOthersMatterMore(String algorithm) {
        // Given
        LedgerHarness harness = keeping(algorithm);

        // When / Then
        assertThat(harness.admit(0, admission("acme", 9)).reason()).isEqualTo(Reason.COST_ABOVE_CAPACITY);
        assertThat(harness.admit(0, admission("acme", 8)).allowed()).isTrue();
        for (PriorityLevel priority : List.of(PriorityLevel.LOW, PriorityLevel.NORMAL)) {
            Outcome refused = harness.admit(0, ONE.withPriority(priority));
            assertThat(refused.reason()).as("%s", priority).isEqualTo(Reason.LIMIT_EXCEEDED);
            assertThat(refused.deciding().remaining()).isEqualTo(2);
            assertThat(allowedAt(harness, refused.retryAfterMillis(), priority)).isTrue();
            assertThat(allowedAt(harness, refused.retryAfterMillis() - 1, priority))
                    .isFalse();
        }
        assertThat(harness.admit(0, ONE.withPriority(PriorityLevel.HIGH)).allowed())
                .isTrue();
        assertThat(harness.admit(0, ONE.withPriority(PriorityLevel.HIGH)).allowed())
                .isFalse();
        assertThat(harness.admit(0, ONE.withPriority(PriorityLevel.CRITICAL)).allowed())
                .isTrue();
        assertThat(harness.admit(0, ONE.withPriority(PriorityLevel.CRITICAL)).allowed())
                .isFalse();
        // A look takes nothing, so nothing is kept from it.
        assertThat(harness.admit(0, admission("acme", 0)).allowed()).isTrue();
    }

    private static boolean allowedAt(LedgerHarness harness, long nowMillis, PriorityLevel priority) {
        AdmissionResult result = harness.ledger.decide(ONE.withPriority(priority), null, nowMillis, 99);
        return ((AdmissionResult.Decided) result).outcome().allowed();
    }

    @Test
    void shouldOvertake_whenItMattersMoreThanWhoWaits() {
        // Given
        LedgerHarness harness = keeping("token-bucket");
        harness.admit(0, admission("acme", 8));

        // When
        Outcome waiting = harness.admit(0, admission("acme", 2).waiting(1_000));
        Outcome critical = harness.admit(0, ONE.withPriority(PriorityLevel.CRITICAL));

        // Then
        // The second is to have its scheduled time when 4 tokens are there, 2 of them kept; until then, and at it, none
        // is missing.
        assertThat(waiting.delayMillis()).isEqualTo(200);
        assertThat(critical.reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(harness.admit(150, ONE.withPriority(PriorityLevel.CRITICAL)).reason())
                .isEqualTo(Reason.WITHIN_LIMITS);
        assertThat(harness.admit(200, admission("acme", 0)).deciding().remaining())
                .isEqualTo(1);
    }
}
