package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.matching;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.TokenState;
import io.sluice.engine.ruleset.OnExceed;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.LogPosition;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.PartitionClock;
import io.sluice.engine.state.Reason;
import io.sluice.engine.state.StoredBucket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One admission: what is charged, what is said, and when. */
final class LedgerTest {

    @Test
    void shouldChargeEveryLimit_whenAllHaveEnough() {
        // Given
        LedgerHarness harness = LedgerHarness.with(
                ruleset(1, limit("by-client", 1, "1s", 5), limit("by-account", "account", 1, "1s", 10)));

        // When
        Outcome outcome = harness.admit(1_000, admission("acme/a", 3));

        // Then
        assertThat(outcome.allowed()).isTrue();
        assertThat(outcome.reason()).isEqualTo(Reason.WITHIN_LIMITS);
        assertThat(outcome.charged()).isEqualTo(3);
        assertThat(outcome.retryAfterMillis()).isZero();
        assertThat(outcome.limits()).extracting(LimitOutcome::remaining).containsExactly(2L, 7L);
        assertThat(harness.store.buckets())
                .containsOnly(
                        Map.entry(
                                new BucketKey("acme", "by-client", "acme/a"),
                                new StoredBucket(1, new TokenState(1_000, 3, 0))),
                        Map.entry(
                                new BucketKey("acme", "by-account", ""),
                                new StoredBucket(1, new TokenState(1_000, 3, 0))));
    }

    @Test
    void shouldChargeNothingAnywhere_whenOneLimitRefuses() {
        // Given
        LedgerHarness harness = LedgerHarness.with(
                ruleset(1, limit("before", 1, "1s", 9), limit("tight", 1, "1s", 2), limit("after", 1, "1s", 9)));
        harness.admit(0, admission("acme", 1));
        LedgerHarness untouched = harness.restored();

        // When
        Outcome outcome = harness.admit(0, admission("acme", 2));

        // Then
        assertThat(outcome.allowed()).isFalse();
        assertThat(outcome.reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(outcome.charged()).isZero();
        assertThat(outcome.limits()).extracting(LimitOutcome::refused).containsExactly(false, true, false);
        assertThat(outcome.limits()).extracting(LimitOutcome::remaining).containsExactly(8L, 1L, 8L);
        assertThat(harness.store).isEqualTo(untouched.store);
    }

    @Test
    void shouldExplainEachLimit_whenDecided() {
        // Given
        // 3 tokens per 10 ms, burst 5, as in the essay of TokenBucket.
        LedgerHarness harness = LedgerHarness.with(ruleset(7, limit("essay", 3, "10ms", 5)));
        harness.admit(100, admission("acme", 5));

        // When
        Outcome outcome = harness.admit(103, admission("acme", 2));

        // Then
        assertThat(outcome)
                .isEqualTo(new Outcome(
                        103,
                        7,
                        "standard",
                        2,
                        Reason.LIMIT_EXCEEDED,
                        List.of(new LimitOutcome("essay", "acme", 5, 0, 17, 14, 1, 4, 0, true, OnExceed.DENY, null))));
    }

    @Test
    void shouldChangeNothing_whenCostIsZero() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("it", 1, "1s", 5)));
        harness.admit(0, admission("acme", 5));
        LedgerHarness untouched = harness.restored();

        // When
        Outcome peek = harness.admit(0, admission("acme", 0));

        // Then
        assertThat(peek.allowed()).isTrue();
        assertThat(peek.charged()).isZero();
        assertThat(peek.deciding().remaining()).isZero();
        assertThat(peek.deciding().nextTokenMillis()).isEqualTo(1_000);
        assertThat(harness.store).isEqualTo(untouched.store);
    }

    @Test
    void shouldSayThatWaitingDoesNotHelp_whenCostIsAboveACapacity() {
        // Given
        LedgerHarness harness =
                LedgerHarness.with(ruleset(1, limit("large", 1, "1h", 100), limit("small", 1, "1s", 5)));
        harness.admit(0, admission("acme", 5));

        // When
        Outcome outcome = harness.admit(0, admission("acme", 99));

        // Then
        // The impossible limit decides, although the other refuses too.
        assertThat(outcome.reason()).isEqualTo(Reason.COST_ABOVE_CAPACITY);
        assertThat(outcome.allowed()).isFalse();
        assertThat(outcome.retryAfterMillis()).isEqualTo(Algorithm.NEVER);
        assertThat(outcome.deciding().limitId()).isEqualTo("small");
    }

    @Test
    void shouldLetTheLongestWaitDecide_whenSeveralRefuse() {
        // Given
        LedgerHarness harness = LedgerHarness.with(
                ruleset(1, limit("short", 1, "1s", 1), limit("long", 1, "1m", 1), limit("as-long", 1, "1m", 1)));
        harness.admit(0, admission("acme", 1));

        // When
        Outcome outcome = harness.admit(0, admission("acme", 1));

        // Then
        // Of the two that refuse equally long, the first.
        assertThat(outcome.deciding().limitId()).isEqualTo("long");
        assertThat(outcome.retryAfterMillis()).isEqualTo(60_000);
    }

    @Test
    void shouldLetTheFewestTokensDecide_whenAllowed() {
        // Given
        LedgerHarness harness = LedgerHarness.with(
                ruleset(1, limit("many", 1, "1s", 9), limit("few", 1, "1s", 4), limit("as-few", 1, "1m", 4)));

        // When
        Outcome outcome = harness.admit(0, admission("acme", 1));

        // Then
        assertThat(outcome.deciding().limitId()).isEqualTo("few");
    }

    @Test
    void shouldAllow_whenThereIsNoRulesetYet() {
        // Given
        LedgerHarness harness = LedgerHarness.empty();

        // When
        Outcome outcome = harness.admit(5, admission("acme", 1_000));

        // Then
        assertThat(outcome).isEqualTo(new Outcome(5, 0, "standard", 1_000, Reason.NO_RULESET, List.of()));
        assertThat(outcome.allowed()).isTrue();
        assertThat(outcome.charged()).isZero();
        assertThat(outcome.deciding()).isNull();
        assertThat(harness.store.buckets()).isEmpty();
    }

    @Test
    void shouldAllow_whenNoLimitApplies() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, matching(limit("posts", 1, "1s", 1), "methods", "POST")));

        // When
        Outcome outcome = harness.admit(0, admission("acme", 9));

        // Then
        assertThat(outcome.reason()).isEqualTo(Reason.NO_LIMIT_APPLIES);
        assertThat(outcome.allowed()).isTrue();
        assertThat(outcome.charged()).isZero();
    }

    @Test
    void shouldDecideByTheTier_whenTheAccountHasOne() {
        // Given
        Map<String, Object> document = document(
                matching(limit("free", 1, "1s", 1), "tiers", "free"),
                matching(limit("pro", 1, "1s", 100), "tiers", "pro"));
        document.put("tiers", List.of("free", "pro"));
        document.put("accounts", tree("acme", tree("tier", "pro")));
        LedgerHarness harness = LedgerHarness.with(compiled(1, document));

        // Then
        assertThat(harness.admit(0, admission("acme/a", 50)))
                .returns("pro", Outcome::tier)
                .returns(Reason.WITHIN_LIMITS, Outcome::reason);
        assertThat(harness.admit(0, admission("beta", 50)))
                .returns("free", Outcome::tier)
                .returns(Reason.COST_ABOVE_CAPACITY, Outcome::reason);
    }

    @Test
    void shouldKeepBucketsApart_whenScopeValuesDiffer() {
        // Given
        LedgerHarness harness = LedgerHarness.with(
                ruleset(1, limit("by-client", 1, "1s", 2), limit("by-account", "account", 1, "1s", 3)));

        // Then
        // One client of the account leaves 1 to the other, and all to other accounts.
        assertThat(harness.admit(0, admission("acme/a", 2)).allowed()).isTrue();
        assertThat(harness.admit(0, admission("acme/b", 2)).deciding().limitId())
                .isEqualTo("by-account");
        assertThat(harness.admit(0, admission("acme/b", 1)).allowed()).isTrue();
        assertThat(harness.admit(0, admission("beta/a", 2)).allowed()).isTrue();
    }

    @Test
    void shouldNotTurnTimeBack_whenARecordIsEarlier() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("it", 1, "1s", 1)));
        harness.admit(10_000, admission("acme", 1));

        // When
        Outcome early = harness.admit(4_000, admission("acme", 1));

        // Then
        assertThat(early.decidedAtMillis()).isEqualTo(10_000);
        // The time is six seconds ahead, and goes on at 7/8 of the stamps' pace.
        assertThat(early.retryAfterMillis()).isEqualTo(1_143);
        assertThat(harness.store.position().clock().millis()).isEqualTo(10_000);
        assertThat(harness.admit(5_142, admission("acme", 1)).allowed()).isFalse();
        assertThat(harness.admit(5_143, admission("acme", 1)).allowed()).isTrue();
    }

    @Test
    void shouldKeepTheClock_whenRestored() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("it", 1, "1s", 1)));
        harness.admit(10_000, admission("acme", 1));

        // When
        LedgerHarness restored = harness.restored();

        // Then
        assertThat(restored.ledger.clockMillis()).isEqualTo(10_000);
        assertThat(restored.goTo(9_000)).isEqualTo(10_000);
    }

    @Test
    void shouldKnowWhatWasDecided_whenRestored() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("it", 1, "1s", 1)));
        harness.ledger.advance(10_000, 41);
        harness.ledger.advance(9_000, 43);

        // When
        Ledger restored = harness.restored().ledger;

        // Then
        assertThat(restored.position())
                .isEqualTo(new LogPosition(43, new PartitionClock(10_000, 9_000, 10_000, 9_000)));
        assertThat(restored.isDecided(42)).isTrue();
        assertThat(restored.isDecided(43)).isTrue();
        assertThat(restored.isDecided(44)).isFalse();
        assertThatThrownBy(() -> restored.advance(11_000, 43))
                .hasMessage("offset: 43 (expected: above 43, which is decided)");
        assertThat(restored.position())
                .isEqualTo(new LogPosition(43, new PartitionClock(10_000, 9_000, 10_000, 9_000)));
    }

    @Test
    void shouldChangeNothing_whenOnlyDecided() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("it", 1, "1s", 1)));
        LedgerHarness untouched = harness.restored();

        // When
        AdmissionResult result = harness.ledger.decide(admission("acme", 1), "key", 0, 0);

        // Then
        assertThat(harness.store).isEqualTo(untouched.store);
        assertThat(harness.ledger.decide(admission("acme", 1), "key", 0, 0)).isEqualTo(result);
    }

    @Test
    void shouldRefuseABucket_whenItsRevisionHasNoLimits() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StoredBucket(0, TokenState.full(0)))
                .withMessage("revision: 0 (expected: at least 1)");
    }
}
