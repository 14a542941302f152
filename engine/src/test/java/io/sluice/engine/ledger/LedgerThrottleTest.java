package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.ruleset.OnExceed;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.Reason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Callers that wait for their scheduled time, and limits that make them. */
final class LedgerThrottleTest {

    private static Map<String, Object> window(String id, long size, String per) {
        return tree(
                "id", id, "scope", "client", "algorithm", "fixed-window", "limit", size, "window", tree("per", per));
    }

    private static Map<String, Object> queue(long size) {
        Map<String, Object> rate = tree("tokens", 2, "per", "1s");
        return tree("id", "q", "scope", "client", "algorithm", "leaky-bucket", "rate", rate, "queue", size);
    }

    @Test
    void shouldQueue_whenCallersWait() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("l", 1, "1s", 1)));

        // When
        Outcome first = harness.admit(0, admission("acme", 1).waiting(2_000));
        Outcome second = harness.admit(0, admission("acme", 1).waiting(2_000));
        Outcome third = harness.admit(300, admission("acme", 1).waiting(2_000));
        Outcome fourth = harness.admit(300, admission("acme", 1).waiting(2_000));
        Outcome hurried = harness.admit(300, admission("acme", 1));

        // Then
        assertThat(first.reason()).isEqualTo(Reason.WITHIN_LIMITS);
        assertThat(first.delayMillis()).isZero();
        assertThat(second.reason()).isEqualTo(Reason.THROTTLED);
        assertThat(second.delayMillis()).isEqualTo(1_000);
        assertThat(second.charged()).isEqualTo(1);
        assertThat(second.retryAfterMillis()).isZero();
        assertThat(second.deciding().remaining()).isZero();
        assertThat(second.deciding().action()).isEqualTo(OnExceed.THROTTLE);
        assertThat(second.deciding().resetAfterMillis()).isEqualTo(2_000);
        assertThat(second.deciding().nextTokenMillis()).isEqualTo(2_000);
        assertThat(third.delayMillis()).isEqualTo(1_700);
        // Its scheduled time would be at 3,000 ms, which is too late until 1,000 ms.
        assertThat(fourth.reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(fourth.retryAfterMillis()).isEqualTo(700);
        assertThat(fourth.deciding().delayMillis()).isEqualTo(2_700);
        assertThat(hurried.retryAfterMillis()).isEqualTo(2_700);
        assertThat(harness.admit(999, admission("acme", 1).waiting(2_000)).allowed())
                .isFalse();
        assertThat(harness.admit(1_000, admission("acme", 1).waiting(2_000)).delayMillis())
                .isEqualTo(2_000);
    }

    @Test
    void shouldBeAsIfItHadAskedLater_whenItsScheduledTimeHasCome() {
        // Given
        LedgerHarness waited = LedgerHarness.with(ruleset(1, limit("l", 3, "10ms", 5)));
        LedgerHarness came = LedgerHarness.with(ruleset(1, limit("l", 3, "10ms", 5)));
        waited.admit(0, admission("acme", 5));
        came.admit(0, admission("acme", 5));

        // When
        Outcome throttled = waited.admit(1, admission("acme", 5).waiting(100));
        came.admit(1 + throttled.delayMillis(), admission("acme", 5));

        // Then
        assertThat(throttled.delayMillis()).isEqualTo(16);
        waited.admit(17, admission("acme", 0));
        assertThat(waited.meaning()).isEqualTo(came.meaning());
    }

    @Test
    void shouldRefuseAsEver_whenAnotherLimitCannotTakeInAdvance() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("l", 1, "1s", 1), window("w", 1, "10s")));
        harness.admit(0, admission("acme", 1));

        // When
        Outcome outcome = harness.admit(0, admission("acme", 1).waiting(60_000));

        // Then
        assertThat(outcome.reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(outcome.retryAfterMillis()).isEqualTo(10_000);
        assertThat(outcome.deciding().limitId()).isEqualTo("w");
        assertThat(outcome.delayMillis()).isZero();
        // The bucket would have let it wait, and is not charged.
        assertThat(outcome.limits().get(0).refused()).isFalse();
        assertThat(outcome.limits().get(0).delayMillis()).isEqualTo(1_000);
        assertThat(harness.admit(1_000, admission("acme", 0)).limits().get(0).remaining())
                .isEqualTo(1);
    }

    @Test
    void shouldWaitForTheLast_whenSeveralLimitsAreExceeded() {
        // Given
        LedgerHarness harness =
                LedgerHarness.with(ruleset(1, limit("a", 1, "1s", 1), limit("b", 1, "3s", 1), limit("c", 1, "1s", 9)));
        harness.admit(0, admission("acme", 1));

        // When
        Outcome outcome = harness.admit(0, admission("acme", 1).waiting(3_000));

        // Then
        assertThat(outcome.delayMillis()).isEqualTo(3_000);
        assertThat(outcome.limits().stream().map(LimitOutcome::delayMillis)).containsExactly(1_000L, 3_000L, 0L);
        // Each limit is charged for its own turn.
        assertThat(harness.admit(1_000, admission("acme", 0)).limits().stream().map(LimitOutcome::remaining))
                .containsExactly(0L, 0L, 8L);
        assertThat(harness.admit(2_000, admission("acme", 0)).limits().get(0).remaining())
                .isEqualTo(1);
    }

    @Test
    void shouldNotDelay_whenTheLimitIsInShadow() {
        // Given
        Map<String, Object> shadow = limit("s", 1, "1s", 1);
        shadow.put("mode", "shadow");
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("l", 1, "1s", 9), shadow));
        harness.admit(0, admission("acme", 1));

        // When
        Outcome outcome = harness.admit(0, admission("acme", 1).waiting(2_000));

        // Then
        assertThat(outcome.reason()).isEqualTo(Reason.WITHIN_LIMITS);
        assertThat(outcome.delayMillis()).isZero();
        assertThat(outcome.limits().get(1).delayMillis()).isEqualTo(1_000);
    }

    @Test
    void shouldNeverWaitLongerThanAsked_whenInAQueue() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, queue(2)));
        harness.admit(0, admission("acme", 2));

        // When
        Outcome patient = harness.admit(0, admission("acme", 1).waiting(1_000));
        Outcome impatient = harness.admit(0, admission("acme", 1).waiting(1_000));

        // Then
        assertThat(patient.delayMillis()).isEqualTo(1_000);
        assertThat(patient.reason()).isEqualTo(Reason.THROTTLED);
        assertThat(impatient.retryAfterMillis()).isEqualTo(500);
        // There is room in the queue again, but its end is too far off.
        assertThat(harness.admit(500, admission("acme", 1)).allowed()).isFalse();
        assertThat(harness.admit(1_000, admission("acme", 1).waiting(400)).retryAfterMillis())
                .isEqualTo(100);
        assertThat(harness.admit(1_000, admission("acme", 1)).delayMillis()).isEqualTo(500);
    }

    @Test
    void shouldThrottle_whenTheLimitSaysSo() {
        // Given
        Map<String, Object> throttling = limit("l", 1, "1s", 1);
        throttling.putAll(Map.of("onExceed", "throttle", "maxWait", "2s"));
        LedgerHarness harness = LedgerHarness.with(ruleset(1, throttling));
        harness.admit(0, admission("acme", 1));

        // When
        Outcome throttled = harness.admit(0, admission("acme", 1));
        // The caller's own word comes first.
        Outcome impatient = harness.admit(0, admission("acme", 1).waiting(500));
        harness.admit(0, admission("acme", 1));
        Outcome denied = harness.admit(0, admission("acme", 1));

        // Then
        assertThat(throttled.reason()).isEqualTo(Reason.THROTTLED);
        assertThat(throttled.delayMillis()).isEqualTo(1_000);
        assertThat(impatient.retryAfterMillis()).isEqualTo(1_500);
        assertThat(denied.reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(denied.retryAfterMillis()).isEqualTo(1_000);
        assertThat(harness.admit(1_000, admission("acme", 1)).delayMillis()).isEqualTo(2_000);
    }

    @Test
    void shouldTakeNothing_whenItOnlyLooks() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("l", 1, "1s", 1)));
        harness.admit(0, admission("acme", 1));

        // When
        Outcome peek = harness.admit(0, admission("acme", 0).waiting(1));

        // Then
        assertThat(peek.reason()).isEqualTo(Reason.WITHIN_LIMITS);
        assertThat(peek.delayMillis()).isZero();
    }

    @Test
    void shouldNotHelp_whenTheCostIsAboveTheCapacity() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("l", 1, "1s", 5)));

        // When
        Outcome outcome = harness.admit(0, admission("acme", 6).waiting(60_000));

        // Then
        assertThat(outcome.reason()).isEqualTo(Reason.COST_ABOVE_CAPACITY);
        assertThat(outcome.retryAfterMillis()).isEqualTo(Algorithm.NEVER);
    }

    @Test
    void shouldBeginAtItsScheduledTime_whenItReserves() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("l", 1, "1s", 3)));
        harness.admit(0, admission("acme", 3));

        // When
        Outcome reserved = harness.admit(0, admission("acme", 2).reserving(500).waiting(2_000));

        // Then
        assertThat(reserved.delayMillis()).isEqualTo(2_000);
        assertThat(reserved.holdGrant().reservedUntilMillis()).isEqualTo(2_500);
        // Expired unused, its two tokens are there again.
        assertThat(harness.admit(2_499, admission("acme", 0)).deciding().remaining())
                .isZero();
        assertThat(harness.admit(2_500, admission("acme", 0)).deciding().remaining())
                .isEqualTo(2);
    }

    @Test
    void shouldKeepTheScheduledTimesOfOthers_whenTokensComeBack() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("l", 1, "1s", 2)));
        harness.admit(0, admission("acme", 2).reserving(60_000));
        harness.admit(0, admission("acme", 1).waiting(60_000));
        harness.admit(0, admission("acme", 2).waiting(60_000));

        // When
        HoldAction cancel =
                new HoldAction(new HoldKey("acme", HoldKind.RESERVATION, 0), "acme", HoldOutcome.CANCELLED, 0);
        harness.settle(500, cancel);

        // Then
        // The second turn, at 3 s, needs a full bucket: what came back is lost by then, as in any full bucket.
        assertThat(harness.admit(500, admission("acme", 1).waiting(60_000)).delayMillis())
                .isEqualTo(3_500);
    }

    @Test
    void shouldBeWhatItWas_whenRestored() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("l", 1, "1s", 1)));
        List.of(1, 2, 3).forEach(i -> harness.admit(0, admission("acme", 1).waiting(5_000)));

        // When
        LedgerHarness restored = harness.restored();

        // Then
        assertThat(restored.admit(0, admission("acme", 1).waiting(5_000)).delayMillis())
                .isEqualTo(3_000);
    }
}
