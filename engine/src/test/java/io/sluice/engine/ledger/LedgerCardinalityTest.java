package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.Scope;
import io.sluice.engine.state.BucketCount;
import io.sluice.engine.state.BucketCountKey;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Newcomers beyond the bound share; who is known does not notice. */
final class LedgerCardinalityTest {
    /** A bucket of 3 tokens fills in 30 s, so periods have 60 s. */
    private static Map<String, Object> rules(Object... resolver) {
        Map<String, Object> document = document(limit("l", 1, "10s", 3));
        document.put("cardinality", tree(resolver));
        return document;
    }

    private static LedgerHarness counted(Object... resolver) {
        return LedgerHarness.with(compiled(1, rules(resolver)));
    }

    private static String scopeOf(LedgerHarness harness, long millis, String clientId) {
        return Scope.display(
                harness.admit(millis, admission(clientId, 1)).limits().get(0).scope());
    }

    @Test
    void shouldShare_whenTooManyHaveBegunInThisPeriodOrTheLast() {
        // Given
        LedgerHarness harness = counted("bucketsPerAccount", 2);

        // When / Then
        assertThat(scopeOf(harness, 0, "acme/a")).isEqualTo("acme/a");
        assertThat(scopeOf(harness, 0, "acme/b")).isEqualTo("acme/b");
        assertThat(scopeOf(harness, 10_000, "acme/c")).isEqualTo("~overflow");
        assertThat(scopeOf(harness, 10_000, "other/c")).as("another account").isEqualTo("other/c");
        assertThat(scopeOf(harness, 59_999, "acme/a")).isEqualTo("acme/a");
        // 60 s: the last period has 2.
        assertThat(scopeOf(harness, 70_000, "acme/c")).isEqualTo("~overflow");
        assertThat(scopeOf(harness, 70_000, "acme/a")).as("known").isEqualTo("acme/a");
        // 120 s: the last period has 1.
        assertThat(scopeOf(harness, 120_000, "acme/c")).isEqualTo("acme/c");
        assertThat(scopeOf(harness, 120_000, "acme/d")).isEqualTo("acme/d");
        assertThat(scopeOf(harness, 120_000, "acme/e")).isEqualTo("~overflow");
        assertThat(scopeOf(harness, 120_000, "acme/a")).as("known").isEqualTo("acme/a");
        assertThat(scopeOf(harness, 120_000, "acme/b")).as("forgotten").isEqualTo("~overflow");
    }

    @Test
    void shouldCountABucketOnceInAPeriod_whenItFillsBetweenItsCharges() {
        // Given
        LedgerHarness harness = counted("bucketsPerAccount", 2);

        // When
        for (long millis = 0; millis < 60_000; millis += 10_000) {
            assertThat(scopeOf(harness, millis, "acme/a")).isEqualTo("acme/a");
        }

        // Then
        assertThat(scopeOf(harness, 59_000, "acme/b")).isEqualTo("acme/b");
        assertThat(harness.store.bucketCount(new BucketCountKey("acme", "l")))
                .isEqualTo(new BucketCount(60_000, 60_000, 2, 0));
    }

    @Test
    void shouldShareOneBucket_whenNewBucketsAreMany() {
        // Given
        LedgerHarness harness = counted("bucketsPerAccount", 1);
        harness.admit(0, admission("acme/a", 3));

        // When
        List<Boolean> allowed = List.of(
                harness.admit(0, admission("acme/b", 2)).allowed(),
                harness.admit(0, admission("acme/c", 2)).allowed(),
                harness.admit(0, admission("acme/c", 1)).allowed(),
                harness.admit(0, admission("acme/d", 1)).allowed(),
                harness.admit(0, admission("acme/a", 1)).allowed());

        // Then
        assertThat(allowed).containsExactly(true, false, true, false, false);
        assertThat(harness.store.buckets()).hasSize(2);
    }

    @Test
    void shouldNotCount_whenItIsALookOrRefused() {
        // Given
        LedgerHarness harness = counted("bucketsPerAccount", 1);

        // When
        harness.admit(0, admission("acme/a", 0));
        harness.admit(0, admission("acme/b", 4));

        // Then
        assertThat(scopeOf(harness, 0, "acme/c")).isEqualTo("acme/c");
        assertThat(Scope.display(
                        harness.ledger.quota(admission("acme/d", 0), 0).get(0).scope()))
                .isEqualTo("~overflow");
    }

    @Test
    void shouldNotCountTheAccountItself_whenClientsAreCounted() {
        // Given
        LedgerHarness harness = counted("bucketsPerAccount", 1);
        harness.admit(0, admission("acme/a", 1));

        // When / Then
        assertThat(scopeOf(harness, 0, "acme")).isEqualTo("acme");
    }

    @Test
    void shouldShareByTier_whenTooManyAccountsBegin() {
        // Given
        Map<String, Object> document = rules("bucketsPerPartition", 2);
        document.put("tiers", List.of("free", "pro"));
        document.put("accounts", tree("vip", tree("tier", "pro")));
        LedgerHarness harness = LedgerHarness.with(compiled(1, document));

        // When / Then
        assertThat(scopeOf(harness, 0, "a")).isEqualTo("a");
        assertThat(scopeOf(harness, 0, "b")).isEqualTo("b");
        assertThat(scopeOf(harness, 0, "c")).isEqualTo("~overflow/partition");
        assertThat(scopeOf(harness, 0, "d/e")).isEqualTo("~overflow/partition");
        assertThat(scopeOf(harness, 0, "vip/x")).as("listed").isEqualTo("vip/x");
        assertThat(scopeOf(harness, 0, "a")).as("known").isEqualTo("a");
        assertThat(harness.admit(0, admission("f", 2)).allowed())
                .as("c and d left one")
                .isFalse();
        assertThat(harness.store.buckets().keySet())
                .contains(new BucketKey(Scope.overflowAccount("free"), "l", Scope.PARTITION_OVERFLOW))
                .hasSize(4);
    }

    @Test
    void shouldCountTheSharedBucketOfAnAccount_whenThePartitionIsBoundedToo() {
        // Given
        LedgerHarness harness = counted("bucketsPerAccount", 1, "bucketsPerPartition", 2);

        // When / Then
        assertThat(scopeOf(harness, 0, "a/1")).isEqualTo("a/1");
        assertThat(scopeOf(harness, 0, "a/2")).isEqualTo("~overflow");
        assertThat(scopeOf(harness, 0, "a/3")).isEqualTo("~overflow");
        assertThat(scopeOf(harness, 0, "b/1")).isEqualTo("~overflow/partition");
    }

    @Test
    void shouldNotGiveBack_whenAReservationWasChargedToWhatAccountsShare() {
        // Given
        LedgerHarness harness = counted("bucketsPerPartition", 1);
        harness.admit(0, admission("a", 1));
        harness.admit(0, admission("b", 3).reserving(1_000));

        // When
        HoldKey key = new HoldKey("b", HoldKind.RESERVATION, 1);
        HoldResult cancelled = harness.settle(0, new HoldAction(key, "b", HoldOutcome.CANCELLED, 0));

        // Then
        assertThat(cancelled).isInstanceOf(HoldResult.Ended.class);
        assertThat(harness.admit(0, admission("c", 1)).allowed()).isFalse();
    }

    @Test
    void shouldTakeTheLongestFill_whenAccountsCountOtherwise() {
        // Given
        Map<String, Object> document = rules("bucketsPerAccount", 5);
        document.put(
                "accounts",
                tree("slow", tree("limits", tree("l", tree("rate", tree("tokens", 1, "per", "1h"), "burst", 2)))));

        // When
        Ruleset ruleset = compiled(1, document);

        // Then
        assertThat(ruleset.cardinality().periodMillis("l")).isEqualTo(4 * 3_600_000L);
    }
}
