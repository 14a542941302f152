package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.bucket.TokenState;
import io.sluice.engine.ledger.HoldResult.Ended;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.state.StoredBucket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds of limits with windows, by example: the limit is removed or changes while they are open. */
final class LedgerHoldWindowsTest {
    private static Map<String, Object> windowed(String algorithm, long limit, String per) {
        return tree(
                "id", "w", "scope", "account", "algorithm", algorithm, "limit", limit, "window", Map.of("per", per));
    }

    private static Map<String, Object> carriedOver(String carryOver, Map<String, Object> limit) {
        limit.put("carryOver", carryOver);
        return limit;
    }

    private static Map<String, Object> tokens(long tokens, String per) {
        return tree("id", "w", "scope", "account", "rate", Map.of("tokens", tokens, "per", per), "burst", tokens);
    }

    private static Ruleset counted(long revision, List<Map<String, Object>> limits) {
        Map<String, Object> document = document(limits);
        document.put("cardinality", Map.of("bucketsPerAccount", 5));
        return compiled(revision, document);
    }

    private static HoldAction cancel(long offset) {
        return new HoldAction(
                new HoldKey("acme", HoldKind.RESERVATION, offset), "acme/a", HoldOutcome.CANCELLED, /* cost= */ 0);
    }

    private static long left(LedgerHarness harness, long atMillis) {
        return harness.admit(atMillis, admission("acme/b", 0)).limits().get(0).remaining();
    }

    /** A reservation of five, whose bucket is full again when the limit goes away, but known until 240 s. */
    private static LedgerHarness knownAndAway(String algorithm) {
        LedgerHarness harness = LedgerHarness.empty();
        harness.activate(0, counted(8, List.of(windowed(algorithm, 10, "60s"))));
        harness.admit(0, admission("acme/a", 5).reserving(200_000));
        harness.passTo(130_000);
        harness.activate(130_000, counted(9, List.of()));
        harness.passTo(150_000);
        return harness;
    }

    @ParameterizedTest
    @ValueSource(strings = {"fixed-window", "sliding-window-log", "sliding-window-counter"})
    void shouldEndAHold_whenItsKnownBucketWasCleanedUpAfterTheLimitWentAway(String algorithm) {
        // Given
        LedgerHarness harness = knownAndAway(algorithm);
        harness.cleanUp(() -> true);
        assertThat(harness.cleanUp(() -> true)).as("written again").isZero();

        // When
        harness.passTo(200_000);
        harness.settleDue("acme", harness.ledger.clockMillis());

        // Then
        assertThat(harness.settlements)
                .singleElement()
                .satisfies(end -> assertThat(end.outcome()).isEqualTo(HoldOutcome.EXPIRED));
        harness.activate(201_000, counted(10, List.of(windowed(algorithm, 10, "60s"))));
        assertThat(left(harness, 202_000)).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fixed-window", "sliding-window-log", "sliding-window-counter"})
    void shouldEndAHold_whenItsBucketIsYoungerThanTheLimit(String algorithm) {
        // Given a full bucket of another kind, stored while the limit is away
        LedgerHarness harness = knownAndAway(algorithm);
        BucketKey key = harness.store.buckets().keySet().iterator().next();
        StoredBucket stored = harness.store.bucket(key);
        harness.store.putBucket(key, new StoredBucket(9, 0, TokenState.full(0), stored.marks()));

        // When
        HoldResult result = harness.settle(160_000, cancel(0));

        // Then
        assertThat(result).isInstanceOf(Ended.class);
    }

    @ParameterizedTest
    @CsvSource({
        "fixed-window, 10s, fixed-window, 100s",
        "sliding-window-counter, 10s, sliding-window-counter, 100s",
        "fixed-window, 10s, sliding-window-counter, 10s",
        "sliding-window-log, 10s, fixed-window, 100s",
        "token-bucket, 10s, fixed-window, 100s",
        "token-bucket, 10s, sliding-window-counter, 100s",
    })
    void shouldGiveNothingBack_whenOthersTookWhatHadComeBackAndTheWindowChanges(
            String before, String per, String after, String newPer) {
        // Given: what acme/a reserved has flowed back before acme/b takes all, and the window changes
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit(before, per)));
        harness.admit(5_000, admission("acme/a", 10).reserving(60_000));
        harness.admit(22_000, admission("acme/b", 10));
        harness.activate(25_000, ruleset(2, limit(after, newPer)));
        long inFront = left(harness, 26_000);

        // When
        HoldSettlement end = ((Ended) harness.settle(26_000, cancel(0))).settlement();

        // Then
        assertThat(end.limits()).isEmpty();
        assertThat(left(harness, 26_000)).isEqualTo(inFront).isLessThan(4);
    }

    private static Map<String, Object> limit(String algorithm, String per) {
        return algorithm.equals("token-bucket") ? tokens(10, per) : windowed(algorithm, 10, per);
    }

    @ParameterizedTest
    @CsvSource({
        "fixed-window, proportional",
        "fixed-window, as-is",
        "sliding-window-log, proportional",
        "sliding-window-log, as-is",
        "sliding-window-counter, proportional",
        "sliding-window-counter, as-is",
    })
    void shouldKeepTheShareOfOthers_whenTheNumbersWereScaled(String algorithm, String carryOver) {
        // Given: all is taken, one half by acme/b; in a log at the moment of the change
        LedgerHarness harness = LedgerHarness.with(ruleset(1, windowed(algorithm, 100, "60s")));
        harness.admit(1_000, admission("acme/a", 50).reserving(50_000));
        harness.admit(1_000, admission("acme/b", 50));
        harness.activate(1_000, ruleset(2, carriedOver(carryOver, windowed(algorithm, 10, "60s"))));
        long inFront = left(harness, 2_000);

        // When
        harness.settle(3_000, cancel(0));

        // Then
        assertThat(left(harness, 3_000)).isEqualTo(inFront);
    }

    @ParameterizedTest
    @CsvSource({
        "fixed-window, 60s, 60s",
        "sliding-window-counter, 60s, 60s",
        "sliding-window-log, 60s, 60s",
        "sliding-window-log, 60s, 100s",
    })
    void shouldGiveBack_whenTheBucketStillContainsTheCharge(String algorithm, String per, String newPer) {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, windowed(algorithm, 10, per)));
        harness.admit(1_000, admission("acme/a", 4).reserving(50_000));
        harness.admit(2_000, admission("acme/b", 3));
        harness.activate(3_000, ruleset(2, windowed(algorithm, 20, newPer)));

        // When
        harness.settle(4_000, cancel(0));

        // Then
        assertThat(left(harness, 4_000)).isEqualTo(17);
    }

    @Test
    void shouldGiveBack_whenNothingButTheNameOfTheRevisionChanges() {
        // Given
        Map<String, Object> scaling = carriedOver("proportional", windowed("fixed-window", 10, "60s"));
        LedgerHarness harness = LedgerHarness.with(ruleset(1, scaling));
        harness.admit(1_000, admission("acme/a", 4).reserving(50_000));
        harness.activate(3_000, ruleset(2, scaling));

        // When
        harness.settle(4_000, cancel(0));

        // Then
        assertThat(left(harness, 4_000)).isEqualTo(10);
    }
}
