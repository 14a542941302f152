package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ledger.RandomHistory.Step;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a ledger tells of thresholds that are crossed. */
final class LedgerAlertsTest {
    private static Map<String, Object> alerting(String id, long burst, String... shares) {
        Map<String, Object> limit = limit(id, 1, "1s", burst);
        limit.put("alertAt", List.of(shares));
        return limit;
    }

    private static List<BucketAlert> told(LedgerHarness harness, long millis, Admission admission) {
        return ((AdmissionResult.Decided) harness.evaluate(millis, admission, /* key= */ null)).alerts();
    }

    @Test
    void shouldTellOfEachCrossingOnce_whenABucketIsUsedUpAndHovers() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, alerting("l", 10, "50%", "80%", "100%")));

        // When / Then
        assertThat(told(harness, 0, admission("acme", 4))).isEmpty();
        assertThat(told(harness, 0, admission("acme", 4)))
                .containsExactly(
                        new BucketAlert("l", "acme", 500, 8, 10, true), new BucketAlert("l", "acme", 800, 8, 10, true));
        // 9 s later nothing is in use; 1 s after that 7 are left of 8.
        assertThat(told(harness, 1_000, admission("acme", 1))).isEmpty();
        assertThat(told(harness, 2_000, admission("acme", 1))).isEmpty();
        assertThat(told(harness, 2_000, admission("acme", 2)))
                .containsExactly(new BucketAlert("l", "acme", 1_000, 10, 10, true));
        assertThat(told(harness, 2_000, admission("acme", 1))).as("refused").isEmpty();
        // Found with 6 of 10 in use: 80 % is armed again, 50 % is not.
        assertThat(told(harness, 6_000, admission("acme", 2)))
                .containsExactly(new BucketAlert("l", "acme", 800, 8, 10, true));
        // Full again.
        assertThat(told(harness, 60_000, admission("acme", 5)))
                .containsExactly(new BucketAlert("l", "acme", 500, 5, 10, true));
    }

    @Test
    void shouldTellOfEveryBucketApart_whenClientsShareALimit() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, alerting("l", 2, "100%")));

        // When / Then
        assertThat(told(harness, 0, admission("acme/a", 2)))
                .extracting(BucketAlert::scope)
                .containsExactly("acme/a");
        assertThat(told(harness, 0, admission("acme/b", 2)))
                .extracting(BucketAlert::scope)
                .containsExactly("acme/b");
    }

    @Test
    void shouldMarkIt_whenTheLimitIsInShadow() {
        // Given
        Map<String, Object> shadow = alerting("s", 2, "100%");
        shadow.put("mode", "shadow");
        LedgerHarness harness = LedgerHarness.with(ruleset(1, shadow));

        // When / Then
        assertThat(told(harness, 0, admission("acme", 2)))
                .containsExactly(new BucketAlert("s", "acme", 1_000, 2, 2, false));
        assertThat(told(harness, 0, admission("acme", 2)))
                .as("would have refused, so nothing is charged")
                .isEmpty();
    }

    @Test
    void shouldTellNothing_whenItIsACandidateOrALookOrARepeat() {
        // Given
        Map<String, Object> limit = alerting("l", 4, "100%");
        limit.put("candidate", tree("rate", tree("tokens", 1, "per", "1s"), "burst", 1));
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit));

        // When / Then
        assertThat(told(harness, 0, admission("acme", 1)))
                .as("the candidate is empty")
                .isEmpty();
        assertThat(((AdmissionResult.Decided) harness.evaluate(0, admission("acme", 3), "key")).alerts())
                .hasSize(1);
        assertThat(harness.evaluate(0, admission("acme", 3), "key")).isInstanceOf(AdmissionResult.Replayed.class);
        assertThat(told(harness, 0, admission("acme", 0))).isEmpty();
    }

    @Test
    void shouldStayQuiet_whenARuleChangeOrAReturnLiesBetween() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, alerting("l", 10, "80%")));
        assertThat(told(harness, 0, admission("acme", 8).reserving(60_000))).hasSize(1);

        // When the limit changes, and one token comes back
        harness.activate(0, ruleset(2, alerting("l", 11, "80%")));
        HoldKey key = new HoldKey("acme", HoldKind.RESERVATION, harness.nextOffset() - 1);
        harness.settle(0, new HoldAction(key, "acme", HoldOutcome.COMMITTED, 7));

        // Then 8 of 11 were found, which is above the 70 % below which it is armed again
        assertThat(told(harness, 0, admission("acme", 1)))
                .as("7 of 11 are 64 %")
                .isEmpty();
        assertThat(told(harness, 0, admission("acme", 1)))
                .as("armed by the charge before")
                .hasSize(1);
    }

    @Test
    void shouldTellTheSame_whenTheCleanUpRunsAtAnyMoment() {
        long alerts = 0;
        for (long seed = 0; seed < 200; seed++) {
            // Given
            List<Step> log = RandomHistory.changing(seed, 300, 40);
            LedgerHarness neglected = LedgerHarness.empty();
            LedgerHarness cleaned = LedgerHarness.empty();

            for (Step step : log) {
                // When
                List<AdmissionResult> expected = neglected.play(List.of(step));
                List<AdmissionResult> actual = cleaned.play(List.of(step));
                cleaned.cleanUp(() -> true);

                // Then
                assertThat(actual).as("seed %d", seed).isEqualTo(expected);
                alerts += expected.stream()
                        .filter(AdmissionResult.Decided.class::isInstance)
                        .mapToLong(it -> ((AdmissionResult.Decided) it).alerts().size())
                        .sum();
            }
        }
        assertThat(alerts).as("alerts").isGreaterThan(2_000);
    }
}
