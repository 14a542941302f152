package io.sluice.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.bucket.AdmittedBound;
import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.TokenBucket;
import io.sluice.engine.ledger.RandomHistory.Activation;
import io.sluice.engine.ledger.RandomHistory.Ask;
import io.sluice.engine.ledger.RandomHistory.Step;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.MeteredCharge;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.PartitionClock;
import io.sluice.engine.state.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The promise that everything else rests on: a verdict is a function of the log before it, and of nothing else. */
final class LedgerReplayTest {
    private static final int SEEDS = 300;
    private static final int RECORDS = 500;
    private static final int ACTIVATION_ONE_IN = 40;

    @Test
    void shouldDecideTheSame_whenTheLogIsReadTwice() {
        for (long seed = 0; seed < SEEDS; seed++) {
            // Given
            List<Step> log = RandomHistory.changing(seed, RECORDS, ACTIVATION_ONE_IN);
            LedgerHarness first = LedgerHarness.empty();
            LedgerHarness second = LedgerHarness.empty();

            // When
            List<AdmissionResult> results = first.play(log);

            // Then
            assertThat(second.play(log)).as("seed %d", seed).isEqualTo(results);
            assertThat(second.store).as("seed %d", seed).isEqualTo(first.store);
        }
    }

    @Test
    void shouldDecideTheSame_whenRestoredFromASnapshotAnywhere() {
        for (long seed = 0; seed < SEEDS; seed++) {
            // Given
            List<Step> log = RandomHistory.changing(seed, RECORDS, ACTIVATION_ONE_IN);
            int cut = new SplittableRandom(seed).nextInt(RECORDS + 1);
            LedgerHarness original = LedgerHarness.empty();
            original.play(log.subList(0, cut));

            // When
            LedgerHarness restored = original.restored();
            List<AdmissionResult> results = original.play(log.subList(cut, RECORDS));

            // Then
            assertThat(restored.play(log.subList(cut, RECORDS)))
                    .as("seed %d cut at %d", seed, cut)
                    .isEqualTo(results);
            assertThat(restored.store).as("seed %d cut at %d", seed, cut).isEqualTo(original.store);
        }
    }

    @Test
    void shouldDecideTheSame_whenCleanUpRunsAtAnyMoment() {
        long cleanedUp = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            // Given
            List<Step> log = RandomHistory.changing(seed, RECORDS, ACTIVATION_ONE_IN);
            SplittableRandom chance = new SplittableRandom(~seed);
            LedgerHarness neglected = LedgerHarness.empty();
            LedgerHarness cleaned = LedgerHarness.empty();
            List<AdmissionResult> results = new ArrayList<>();

            // When
            for (Step step : log) {
                cleaned.play(step, results);
                if (chance.nextInt(4) == 0) {
                    cleanedUp += cleaned.cleanUp(chance::nextBoolean);
                }
            }

            // Then
            assertThat(results).as("seed %d", seed).isEqualTo(neglected.play(log));
            assertThat(cleaned.meaning()).as("seed %d", seed).isEqualTo(neglected.meaning());
        }
        assertThat(cleanedUp).as("entries changed by clean-up").isGreaterThan(SEEDS * 100L);
    }

    @Test
    void shouldDecideTheSame_whenCleanUpComesRoundOnceWithinTheRevisionsKept() {
        for (long seed = 0; seed < SEEDS / 3; seed++) {
            // Given
            // More activations than a timeline keeps.
            List<Step> log = RandomHistory.changing(seed, RECORDS, 3);
            LedgerHarness eager = LedgerHarness.empty();
            LedgerHarness lazy = LedgerHarness.empty();
            List<AdmissionResult> eagerResults = new ArrayList<>();
            List<AdmissionResult> lazyResults = new ArrayList<>();
            int activations = 0;

            // When
            for (Step step : log) {
                eager.play(step, eagerResults);
                eager.cleanUp(() -> true);
                lazy.play(step, lazyResults);
                activations += step instanceof Activation ? 1 : 0;
                if (step instanceof Activation && activations % (RulesetTimeline.REVISIONS_MAX - 1) == 0) {
                    lazy.cleanUp(() -> true);
                }
            }

            // Then
            assertThat(activations).as("seed %d", seed).isGreaterThan(RulesetTimeline.REVISIONS_MAX);
            assertThat(lazyResults).as("seed %d", seed).isEqualTo(eagerResults);
        }
    }

    @Test
    void shouldNeverOverAdmit_whenDecidedByOneRuleset() {
        long charges = 0;
        for (long s = 0; s < SEEDS; s++) {
            // Given
            long seed = s;
            List<Step> log = RandomHistory.underOneRuleset(seed, RECORDS);
            Ruleset ruleset = ((Activation) log.get(0)).ruleset();
            Map<BucketKey, List<Taken>> takenByBucket = new HashMap<>();
            LedgerHarness harness = LedgerHarness.empty();

            // When
            for (Step step : log) {
                List<AdmissionResult> results = new ArrayList<>();
                harness.play(step, results);
                if (step instanceof Ask ask && results.get(0) instanceof AdmissionResult.Decided decided) {
                    for (LimitOutcome limit : decided.outcome().limits()) {
                        BucketKey key = new BucketKey(ask.admission().account(), limit.limitId(), limit.scope());
                        takenByBucket
                                .computeIfAbsent(key, it -> new ArrayList<>())
                                .add(taken(harness, decided.outcome(), limit));
                    }
                }
            }

            // Then
            // In every window of every bucket's turns: admitted <= burst + the deepest debt + rate * window.
            takenByBucket.forEach((key, history) -> {
                AdmittedBound bound = boundOf(ruleset.limit(key.limitId(), key.account()));
                history.sort(Comparator.comparingLong(Taken::delayMillis));
                history.forEach(taken -> assertThat(bound.holdsAfter(taken.delayMillis(), taken.cost()))
                        .as("seed %d %s %s", seed, key, taken)
                        .isTrue());
            });
            charges += takenByBucket.values().stream()
                    .flatMap(List::stream)
                    .filter(taken -> taken.cost() > 0)
                    .count();
        }
        assertThat(charges).as("charges of buckets").isGreaterThan(SEEDS * 100L);
    }

    /** What one limit let through, at its scheduled time. */
    private record Taken(long delayMillis, long cost) {}

    private static Taken taken(LedgerHarness harness, Outcome outcome, LimitOutcome limit) {
        long delayMillis = outcome.decidedAtMillis();
        if (limit.delayMillis() > 0) {
            // In the partition's time, which may go slower than the caller's.
            LedgerHarness later = harness.restored();
            later.passTo(later.ledger.clock().stampMillis() + limit.delayMillis());
            delayMillis = later.ledger.clockMillis();
        }
        MeteredCharge metered = limit.metered();
        long charged = metered == null ? outcome.charged() : metered.charged();
        return new Taken(delayMillis, limit.refused() ? 0 : charged);
    }

    private static AdmittedBound boundOf(Limit limit) {
        TokenBucket bucket = (TokenBucket) limit.algorithm();
        return new AdmittedBound(
                bucket.rate().tokens(), bucket.rate().periodMillis(), bucket.burst() + limit.debtMax());
    }

    @Test
    void shouldTellTheFirstMomentThatHelps_whenRefused() {
        long refusals = 0;
        long turnedBack = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            LedgerHarness harness = LedgerHarness.empty();
            for (Step step : RandomHistory.changing(seed, RECORDS, ACTIVATION_ONE_IN)) {
                // Given
                List<AdmissionResult> results = new ArrayList<>();
                harness.play(step, results);
                if (!(step instanceof Ask ask)
                        || !(results.get(0) instanceof AdmissionResult.Decided decided)
                        || decided.outcome().allowed()
                        || decided.outcome().retryAfterMillis() == Algorithm.NEVER) {
                    continue;
                }
                refusals++;

                turnedBack += harness.ledger.clock().aheadMillis() > 0 ? 1 : 0;

                // When
                // Nobody else asks until then.
                long waitMillis = decided.outcome().retryAfterMillis();

                // Then
                assertThat(allowsAfter(harness, ask, waitMillis))
                        .as("seed %d %s in time", seed, ask)
                        .isTrue();
                assertThat(allowsAfter(harness, ask, waitMillis - 1))
                        .as("seed %d %s early", seed, ask)
                        .isFalse();
            }
        }
        assertThat(turnedBack)
                .as("refusals while the time is ahead of the stamps")
                .isGreaterThan(SEEDS);
        assertThat(refusals).as("refusals").isGreaterThan(SEEDS * 40L);
    }

    /** Whether the caller is let through when it comes back after so long. */
    private static boolean allowsAfter(LedgerHarness harness, Ask ask, long waitMillis) {
        PartitionClock clock = harness.ledger.clock();
        LedgerHarness later = harness;
        long nowMillis = clock.millis() + waitMillis;
        if (clock.aheadMillis() > 0) {
            later = harness.restored();
            later.passTo(clock.stampMillis() + waitMillis);
            nowMillis = later.ledger.clockMillis();
        }
        // decide() only reads, so the request may be put to a moment that never comes.
        AdmissionResult result = later.ledger.decide(ask.admission(), /* idempotencyKey= */ null, nowMillis, 0);
        return ((AdmissionResult.Decided) result).outcome().allowed();
    }

    @Test
    void shouldMeetEveryKindOfAnswer_whenHistoriesAreRandom() {
        // Given
        Map<String, Long> counts = new HashMap<>();

        // When
        for (long seed = 0; seed < SEEDS; seed++) {
            List<Step> log = RandomHistory.changing(seed, RECORDS, ACTIVATION_ONE_IN);
            for (AdmissionResult result : LedgerHarness.empty().play(log)) {
                String kind = result instanceof AdmissionResult.Decided decided
                        ? decided.outcome().reason().code()
                        : result.getClass().getSimpleName();
                counts.merge(kind, 1L, Long::sum);
            }
        }

        // Then
        // The properties above speak about all of them; penalties have histories of their own, in PenaltyHistoryTest.
        for (Reason reason :
                EnumSet.complementOf(EnumSet.of(Reason.TOO_MANY_RESERVATIONS, Reason.NOT_LEASABLE, Reason.PENALTY))) {
            assertThat(counts)
                    .hasEntrySatisfying(
                            reason.code(), count -> assertThat(count).isGreaterThan(SEEDS));
        }
        assertThat(counts)
                .hasEntrySatisfying("Replayed", count -> assertThat(count).isGreaterThan(SEEDS));
        assertThat(counts)
                .hasEntrySatisfying("KeyReused", count -> assertThat(count).isGreaterThan(SEEDS));
    }
}
