package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds of limits with windows, by example: the limit is removed or changes while they are open. */
final class LedgerHoldWindowsTest {
    private static Map<String, Object> windowed(String algorithm, long limit, String per) {
        return tree(
                "id", "w", "scope", "account", "algorithm", algorithm, "limit", limit, "window", Map.of("per", per));
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
}
