package io.sluice.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ledger.HoldHistory.Activation;
import io.sluice.engine.ledger.HoldHistory.Ask;
import io.sluice.engine.ledger.HoldHistory.Settle;
import io.sluice.engine.ledger.HoldHistory.Step;
import io.sluice.engine.state.AccountHolds;
import io.sluice.engine.state.HoldEntry;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** When an expired hold is noticed does not show, and nothing of a hold is lost by a restart. */
final class HoldReplayTest {
    private static final int SEEDS = 150;
    private static final int RECORDS = 500;
    private static final int ACTIVATION_ONE_IN = 30;

    private static void play(LedgerHarness harness, Step step, List<Object> answers) {
        if (step instanceof Ask ask) {
            answers.add(harness.evaluate(ask.recordMillis(), ask.admission(), ask.key()));
        } else if (step instanceof Settle settle) {
            answers.add(harness.settle(settle.recordMillis(), settle.action()));
        } else if (step instanceof Activation activation) {
            harness.activate(activation.recordMillis(), activation.ruleset());
        }
    }

    private static List<Object> play(LedgerHarness harness, List<Step> steps) {
        List<Object> answers = new ArrayList<>();
        steps.forEach(step -> play(harness, step, answers));
        return answers;
    }

    /** The definition of expiry: every record, whatever it is, first ends every hold that is due. */
    private static void settleAll(LedgerHarness harness, long recordMillis) {
        long nowMillis = harness.goTo(recordMillis);
        HoldHistory.ACCOUNTS.forEach(account -> harness.settleDue(account, nowMillis));
    }

    /** An answer without the changes that come with it: when a bucket was last brought to the present may differ. */
    private static Object told(Object answer) {
        if (answer instanceof AdmissionResult.Decided decided) {
            return decided.outcome();
        }
        return answer instanceof HoldResult.Ended ended ? ended.settlement() : answer;
    }

    private static List<Object> told(List<Object> answers) {
        return answers.stream().map(HoldReplayTest::told).toList();
    }

    private static Map<String, List<HoldSettlement>> ends(LedgerHarness harness) {
        settleAll(harness, harness.ledger.clockMillis());
        return harness.settlements.stream()
                .collect(Collectors.groupingBy(end -> end.key().account()));
    }

    @Test
    void shouldAnswerAlike_whenHoldsExpireAtOnceOrOnlyWhenTheirAccountAsks() {
        long expiries = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            // Given
            List<Step> log = HoldHistory.changing(seed, RECORDS, ACTIVATION_ONE_IN);
            LedgerHarness eager = LedgerHarness.empty();
            LedgerHarness lazy = LedgerHarness.empty();
            List<Object> eagerAnswers = new ArrayList<>();

            // When
            for (Step step : log) {
                settleAll(eager, step.recordMillis());
                play(eager, step, eagerAnswers);
            }
            List<Object> lazyAnswers = play(lazy, log);

            // Then
            assertThat(told(lazyAnswers)).as("seed %d", seed).isEqualTo(told(eagerAnswers));
            assertThat(ends(lazy)).as("seed %d", seed).isEqualTo(ends(eager));
            assertThat(lazy.meaning()).as("seed %d", seed).isEqualTo(eager.meaning());
            expiries += lazy.settlements.stream()
                    .filter(end -> end.outcome() == HoldOutcome.EXPIRED && end.returned() > 0)
                    .count();
        }
        assertThat(expiries).as("expiries that gave something back").isGreaterThan(SEEDS * 20L);
    }

    @Test
    void shouldAnswerAlike_whenCleanUpRunsAtAnyMoment() {
        long cleanedUp = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            // Given
            List<Step> log = HoldHistory.changing(seed, RECORDS, ACTIVATION_ONE_IN);
            SplittableRandom chance = new SplittableRandom(~seed);
            LedgerHarness neglected = LedgerHarness.empty();
            LedgerHarness cleaned = LedgerHarness.empty();
            List<Object> answers = new ArrayList<>();

            // When
            for (Step step : log) {
                play(cleaned, step, answers);
                if (chance.nextInt(4) == 0) {
                    cleanedUp += cleaned.cleanUp(chance::nextBoolean);
                }
            }

            // Then
            assertThat(told(answers)).as("seed %d", seed).isEqualTo(told(play(neglected, log)));
            assertThat(ends(cleaned)).as("seed %d", seed).isEqualTo(ends(neglected));
            assertThat(cleaned.meaning()).as("seed %d", seed).isEqualTo(neglected.meaning());
        }
        assertThat(cleanedUp).as("entries cleaned up").isGreaterThan(SEEDS * 50L);
    }

    @Test
    void shouldAnswerAlike_whenRestoredFromASnapshotAnywhere() {
        for (long seed = 0; seed < SEEDS; seed++) {
            // Given
            List<Step> log = HoldHistory.changing(seed, RECORDS, ACTIVATION_ONE_IN);
            int cut = new SplittableRandom(seed).nextInt(RECORDS + 1);
            LedgerHarness original = LedgerHarness.empty();
            play(original, log.subList(0, cut));

            // When
            LedgerHarness restored = original.restored();
            List<Object> answers = play(original, log.subList(cut, RECORDS));

            // Then
            assertThat(play(restored, log.subList(cut, RECORDS)))
                    .as("seed %d cut at %d", seed, cut)
                    .isEqualTo(answers);
            assertThat(restored.store).as("seed %d cut at %d", seed, cut).isEqualTo(original.store);
        }
    }

    @Test
    void shouldCountWhatIsOpen_always() {
        for (long seed = 0; seed < SEEDS; seed++) {
            LedgerHarness harness = LedgerHarness.empty();
            for (Step step : HoldHistory.changing(seed, RECORDS, ACTIVATION_ONE_IN)) {
                // When
                play(harness, step, new ArrayList<>());

                // Then
                for (String account : HoldHistory.ACCOUNTS) {
                    AccountHolds holds = harness.store.holds(account);
                    assertThat(holds.reservations()).isEqualTo(open(harness, account, HoldKind.RESERVATION));
                    assertThat(holds.slots()).isEqualTo(open(harness, account, HoldKind.SLOTS));
                    assertThat(holds.earliestExpiryMillis()).isLessThanOrEqualTo(earliest(harness, account));
                }
            }
        }
    }

    private static long open(LedgerHarness harness, String account, HoldKind kind) {
        return harness.store.holds().entrySet().stream()
                .filter(entry -> entry.getKey().account().equals(account)
                        && entry.getKey().kind() == kind
                        && entry.getValue() instanceof HoldEntry.Open)
                .count();
    }

    private static long earliest(LedgerHarness harness, String account) {
        return harness.store.holds().entrySet().stream()
                .filter(entry -> entry.getKey().account().equals(account))
                .filter(entry -> entry.getValue() instanceof HoldEntry.Open)
                .mapToLong(entry -> ((HoldEntry.Open) entry.getValue()).expiresAtMillis())
                .min()
                .orElse(Long.MAX_VALUE);
    }

    @Test
    void shouldMeetEveryKindOfEnd_whenHistoriesAreRandom() {
        // Given
        Map<String, Long> counts = new HashMap<>();

        // When
        for (long seed = 0; seed < SEEDS; seed++) {
            LedgerHarness harness = LedgerHarness.empty();
            for (Object answer : play(harness, HoldHistory.changing(seed, RECORDS, ACTIVATION_ONE_IN))) {
                if (answer instanceof HoldResult) {
                    counts.merge(answer.getClass().getSimpleName(), 1L, Long::sum);
                }
            }
            harness.settlements.forEach(end -> counts.merge(end.key().kind() + " " + end.outcome(), 1L, Long::sum));
        }

        // Then
        assertThat(counts)
                .containsOnlyKeys(
                        "Ended",
                        "Repeated",
                        "NotFound",
                        "AboveReservation",
                        "RESERVATION COMMITTED",
                        "RESERVATION CANCELLED",
                        "RESERVATION EXPIRED",
                        "SLOTS RELEASED",
                        "SLOTS EXPIRED")
                .allSatisfy((kind, count) -> assertThat(count).as(kind).isGreaterThan(SEEDS));
    }
}
