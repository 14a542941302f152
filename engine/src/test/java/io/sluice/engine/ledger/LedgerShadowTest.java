package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.Reason;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Limits that only show what they would do. */
final class LedgerShadowTest {

    @Test
    void shouldNeverRefuse_whenLimitIsInShadow() {
        // Given
        Map<String, Object> shadow = limit("strict", 1, "1h", 1);
        shadow.put("mode", "shadow");
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("real", 1, "1h", 3), shadow));
        harness.admit(0, admission("acme", 1));

        // When
        Outcome second = harness.admit(0, admission("acme", 1));

        // Then
        assertThat(second.reason()).isEqualTo(Reason.WITHIN_LIMITS);
        assertThat(second.deciding().limitId()).isEqualTo("real");
        assertThat(second.limits().get(0).remaining()).isEqualTo(1);
        assertThat(second.limits().get(1).enforced()).isFalse();
        assertThat(second.limits().get(1).refused()).isTrue();
        assertThat(second.limits().get(1).remaining())
                .as("what it would have refused is not charged")
                .isZero();
        assertThat(second.retryAfterMillis()).isZero();
    }

    @Test
    void shouldNotBeCharged_whenAnEnforcedLimitRefuses() {
        // Given
        Map<String, Object> shadow = limit("wide", 1, "1h", 9);
        shadow.put("mode", "shadow");
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("real", 1, "1h", 1), shadow));
        harness.admit(0, admission("acme", 1));

        // When
        Outcome denied = harness.admit(0, admission("acme", 1));

        // Then
        assertThat(denied.reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(denied.limits().get(1).remaining()).isEqualTo(8);
    }

    @Test
    void shouldSayThatNoLimitApplies_whenAllAreInShadow() {
        // Given
        Map<String, Object> shadow = limit("wide", 1, "1h", 9);
        shadow.put("mode", "shadow");
        LedgerHarness harness = LedgerHarness.with(ruleset(1, shadow));

        // When
        Outcome outcome = harness.admit(0, admission("acme", 1));

        // Then
        assertThat(outcome.reason()).isEqualTo(Reason.NO_LIMIT_APPLIES);
        assertThat(outcome.charged()).isZero();
        assertThat(outcome.deciding()).isNull();
        assertThat(outcome.limits().get(0).remaining()).isEqualTo(8);
    }

    @Test
    void shouldTellHowLongToHold_whenQueued() {
        // Given
        Map<String, Object> queue = tree(
                "id",
                "q",
                "scope",
                "client",
                "algorithm",
                "leaky-bucket",
                "rate",
                tree("tokens", 2, "per", "1s"),
                "queue",
                3);
        LedgerHarness harness = LedgerHarness.with(ruleset(1, queue));

        // When
        Outcome first = harness.admit(0, admission("acme", 1));
        Outcome second = harness.admit(0, admission("acme", 1));
        Outcome third = harness.admit(0, admission("acme", 1));
        Outcome fourth = harness.admit(0, admission("acme", 1));

        // Then
        assertThat(first.delayMillis()).isZero();
        assertThat(second.delayMillis()).isEqualTo(500);
        assertThat(third.delayMillis()).isEqualTo(1_000);
        assertThat(fourth.allowed()).isFalse();
        assertThat(fourth.delayMillis()).isZero();
        assertThat(fourth.retryAfterMillis()).isEqualTo(500);
    }

    @Test
    void shouldCarryOver_whenTheAlgorithmChanges() {
        // Given 3 of 10 used
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("l", 1, "1h", 10)));
        harness.admit(0, admission("acme", 3));
        Map<String, Object> window = tree(
                "id", "l", "scope", "client", "algorithm", "fixed-window", "limit", 40, "window", tree("per", "1d"));
        window.put("carryOver", "proportional");

        // When
        harness.activate(0, ruleset(2, window));
        Outcome outcome = harness.admit(0, admission("acme", 0));

        // Then
        assertThat(outcome.limits().get(0).remaining()).isEqualTo(28);
    }
}
