package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.engine.controlplane.Author;
import io.sluice.engine.ledger.BatchResult.Decided;
import io.sluice.engine.profile.ProfileAction;
import io.sluice.engine.profile.ProfileCommand;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.DebtStatus;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Limits that let through what exceeds them, and say how much that is. */
final class LedgerOverageTest {
    private static Map<String, Object> quota(String mode, String... alertAt) {
        return tree(
                "id",
                "quota",
                "scope",
                "account",
                "algorithm",
                "fixed-window",
                "limit",
                10,
                "window",
                tree("per", "1h"),
                "mode",
                mode,
                "alertAt",
                List.of(alertAt));
    }

    private static AdmissionResult.Decided decided(LedgerHarness harness, long millis, Admission admission) {
        return (AdmissionResult.Decided) harness.evaluate(millis, admission, /* key= */ null);
    }

    private static LimitOutcome only(AdmissionResult.Decided decided) {
        return decided.outcome().limits().get(0);
    }

    @Test
    void shouldTellOfThresholdsAboveTheCapacity_whenAShadowLimitWouldRefuse() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, quota("shadow", "100%", "150%", "200%")));

        // When
        AdmissionResult.Decided within = decided(harness, 0, admission("acme", 10));
        AdmissionResult.Decided half = decided(harness, 0, admission("acme", 5));
        AdmissionResult.Decided quiet = decided(harness, 0, admission("acme", 3));
        AdmissionResult.Decided twice = decided(harness, 0, admission("acme", 9));

        // Then
        assertThat(within.alerts()).containsExactly(new BucketAlert("quota", "", 1_000, 10, 10, false));
        assertThat(only(within).debt()).isNull();
        assertThat(half.alerts()).containsExactly(new BucketAlert("quota", "", 1_500, 15, 10, false));
        assertThat(half.outcome().allowed()).isTrue();
        assertThat(only(half).refused()).isTrue();
        assertThat(only(half).debt()).isEqualTo(new DebtStatus(5, 0));
        assertThat(quiet.alerts()).isEmpty();
        assertThat(only(quiet).debt()).isEqualTo(new DebtStatus(8, 0));
        assertThat(twice.alerts()).containsExactly(new BucketAlert("quota", "", 2_000, 27, 10, false));
        assertThat(only(decided(harness, 3_600_000, admission("acme", 1))).debt())
                .as("a new window")
                .isNull();
    }

    @Test
    void shouldCountNothingMore_whenNoThresholdIsAboveTheCapacity() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, quota("shadow", "100%")));

        // When
        AdmissionResult.Decided beyond = decided(harness, 0, admission("acme", 15));

        // Then
        assertThat(beyond.changes()).isEmpty();
        assertThat(only(beyond).debt()).isNull();
    }

    @Test
    void shouldNeitherChargeNorCountMore_whenTheLimitIsEnforced() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, quota("enforce", "100%", "150%")));
        decided(harness, 0, admission("acme", 10));

        // When
        AdmissionResult.Decided denied = decided(harness, 0, admission("acme", 5));

        // Then
        assertThat(denied.outcome().allowed()).isFalse();
        assertThat(denied.changes()).isEmpty();
        assertThat(denied.alerts()).isEmpty();
    }

    @Test
    void shouldCountWhatIsTagged_whenTheLimitOnlyTags() {
        // Given
        Map<String, Object> tags = quota("enforce", "150%");
        tags.put("onExceed", "tag");
        LedgerHarness harness = LedgerHarness.with(ruleset(1, tags));
        decided(harness, 0, admission("acme", 9));

        // When
        AdmissionResult.Decided tagged = decided(harness, 0, admission("acme", 6));

        // Then
        assertThat(tagged.outcome().tags()).containsExactly("quota");
        assertThat(tagged.alerts()).containsExactly(new BucketAlert("quota", "", 1_500, 15, 10, true));
        assertThat(only(tagged).remaining()).as("as ever").isEqualTo(1);
    }

    @Test
    void shouldNotBeCharged_whenAnotherLimitRefuses() {
        // Given
        Map<String, Object> real = quota("enforce");
        real.put("id", "real");
        LedgerHarness harness = LedgerHarness.with(ruleset(1, real, quota("shadow", "150%")));
        decided(harness, 0, admission("acme", 10));

        // When
        AdmissionResult.Decided denied = decided(harness, 0, admission("acme", 9));

        // Then
        assertThat(denied.outcome().allowed()).isFalse();
        assertThat(denied.outcome().limits().get(1).debt()).isNull();
        assertThat(denied.changes()).isEmpty();
    }

    @Test
    void shouldGoOnFromWhatIsInUse_whenTheThresholdComesLater() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, quota("shadow", "100%")));
        decided(harness, 0, admission("acme", 8));

        // When
        harness.activate(1, ruleset(2, quota("shadow", "100%", "150%")));

        // Then
        assertThat(decided(harness, 2, admission("acme", 7)).alerts())
                .containsExactly(new BucketAlert("quota", "", 1_500, 15, 10, false));
    }

    @Test
    void shouldGiveBack_whenAReservationIsCancelled() {
        // Given 10 in use, and 6 more held
        LedgerHarness harness = LedgerHarness.with(ruleset(1, quota("shadow", "150%")));
        decided(harness, 0, admission("acme", 10));
        long offset = harness.nextOffset();
        decided(harness, 0, admission("acme", 6).reserving(60_000));

        // When
        HoldResult result = harness.settle(
                1, new HoldAction(new HoldKey("acme", HoldKind.RESERVATION, offset), "acme", HoldOutcome.CANCELLED, 0));

        // Then
        assertThat(((HoldResult.Ended) result).settlement().limits()).isEmpty();
        assertThat(only(decided(harness, 2, admission("acme", 0))).debt()).isNull();
        assertThat(only(decided(harness, 2, admission("acme", 1))).debt()).isEqualTo(new DebtStatus(1, 0));
    }

    @Test
    void shouldRefuseMoreThanWasReserved_whenNoLimitOfTheDocumentHasAnOverdraft() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, quota("shadow", "150%")));
        long offset = harness.nextOffset();
        decided(harness, 0, admission("acme", 6).reserving(60_000));

        // When
        HoldResult result = harness.settle(
                1, new HoldAction(new HoldKey("acme", HoldKind.RESERVATION, offset), "acme", HoldOutcome.COMMITTED, 7));

        // Then
        assertThat(result).isEqualTo(new HoldResult.AboveReservation(6));
    }

    @Test
    void shouldBeFull_whenAnOperatorResetsTheLimit() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, quota("shadow", "150%")));
        decided(harness, 0, admission("acme", 10));
        decided(harness, 0, admission("acme", 10));

        // When
        harness.change(
                1,
                new ProfileCommand(
                        "acme", "c-1", 0, new Author("alice", "why"), new ProfileAction.Reset("quota", null)));

        // Then
        assertThat(only(decided(harness, 2, admission("acme", 4))).debt()).isNull();
    }

    @Test
    void shouldListTheLimitAlone_whenABatchIsChargedOrAQuotaIsRead() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, quota("shadow", "150%")));
        BatchEvaluator batches = new BatchEvaluator(harness.ledger, harness.store);

        // When
        BatchResult batch = batches.decide(
                List.of(admission("acme", 8), admission("acme", 8)), null, harness.goTo(0), harness.skipOffset());
        batches.apply(batch);

        // Then
        Map<BucketKey, Long> charges = BatchEvaluator.charges((Decided) batch);
        assertThat(charges.keySet()).containsExactly(new BucketKey("acme", "quota", ""));
        assertThat(harness.ledger.quota(admission("acme", 0), 0))
                .extracting(LimitOutcome::limitId, LimitOutcome::debt)
                .containsExactly(tuple("quota", new DebtStatus(6, 0)));
    }

    @Test
    void shouldCountNoMoreThanTheHighestThreshold_whenSomebodyAsksForFarTooMuch() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, quota("shadow", "1000%")));

        // When
        AdmissionResult.Decided much = decided(harness, 0, admission("acme", 1_000_000));

        // Then
        assertThat(much.alerts()).containsExactly(new BucketAlert("quota", "", 10_000, 100, 10, false));
        assertThat(only(much).debt()).isEqualTo(new DebtStatus(90, 0));
    }

    /** What is counted is what a limit without an end would have in use, and the limit itself stays as it was. */
    @Test
    void shouldEqualAnEndlessLimitAndLeaveTheOtherAlone_whenAnythingIsAskedFor() {
        for (long seed = 1; seed <= 60; seed++) {
            Random random = new Random(seed);
            LedgerHarness counting = LedgerHarness.with(ruleset(1, quota("shadow", "100%", "1000%")));
            LedgerHarness plain = LedgerHarness.with(ruleset(1, quota("shadow", "100%")));
            Map<String, Object> endless = quota("shadow");
            endless.put("limit", 1_000_000);
            LedgerHarness all = LedgerHarness.with(ruleset(1, endless));
            List<Long> held = new ArrayList<>();
            long millis = 0;
            for (int i = 0; i < 80; i++) {
                millis += random.nextInt(200_000);
                if (!held.isEmpty() && random.nextInt(3) == 0) {
                    HoldAction cancel = new HoldAction(
                            new HoldKey("acme", HoldKind.RESERVATION, held.remove(0)),
                            "acme",
                            HoldOutcome.CANCELLED,
                            0);
                    for (LedgerHarness harness : List.of(counting, plain, all)) {
                        harness.settle(millis, cancel);
                    }
                    continue;
                }
                boolean reserves = random.nextInt(3) == 0;
                ChargeMode mode = !reserves && random.nextInt(5) == 0 ? ChargeMode.CHARGE : ChargeMode.CHECK;
                Admission asked = admission("acme", random.nextInt(3))
                        .reserving(reserves ? 60_000 : 0)
                        .in(mode);
                if (reserves) {
                    held.add(counting.nextOffset());
                }
                Outcome counted = counting.admit(millis, asked);
                Outcome same = plain.admit(millis, asked);
                long used = 1_000_000 - all.admit(millis, asked).limits().get(0).remaining();
                LimitOutcome limit = counted.limits().get(0);
                String when = "seed " + seed + ", step " + i;
                assertThat(limit.owing(null))
                        .as(when)
                        .isEqualTo(same.limits().get(0).owing(null));
                long debt = limit.debt() == null ? 0 : limit.debt().tokens();
                assertThat(debt).as(when).isEqualTo(Math.min(90, Math.max(0, used - 10)));
                if (random.nextInt(4) == 0) {
                    counting.cleanUp(random::nextBoolean);
                }
            }
        }
    }
}
