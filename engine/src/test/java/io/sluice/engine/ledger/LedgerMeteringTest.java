package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ledger.HoldResult.AboveReservation;
import io.sluice.engine.ledger.HoldResult.Ended;
import io.sluice.engine.ledger.HoldResult.Repeated;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.MeteredCharge;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.Reason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is done and accounted for afterwards: charges, debt, refunds and commits above a reservation, by example. */
final class LedgerMeteringTest {
    /** One token a second, ten at once, and twenty below empty. */
    private static final Ruleset IN_DEBT = rules(metered(20, false));

    private final LedgerHarness harness = LedgerHarness.with(IN_DEBT);

    private static Map<String, Object> metered(long overdraft, boolean refunds) {
        Map<String, Object> limit = limit("tokens", 1, "1s", 10);
        limit.put("overdraft", overdraft);
        limit.put("refunds", refunds);
        return limit;
    }

    @SafeVarargs
    private static Ruleset rules(Map<String, Object>... limits) {
        return compiled(1, document(limits));
    }

    private static Admission charge(long tokens) {
        return admission("acme/a", tokens).in(ChargeMode.CHARGE);
    }

    private static Admission refund(long tokens) {
        return admission("acme/a", tokens).in(ChargeMode.REFUND);
    }

    private static LimitOutcome only(Outcome outcome) {
        assertThat(outcome.limits()).hasSize(1);
        return outcome.limits().get(0);
    }

    private LimitOutcome peek(long atMillis) {
        return only(harness.admit(atMillis, admission("acme/a", 0)));
    }

    @Test
    void shouldGoBelowEmptyAndRefillFromThere_whenMoreWasUsedThanThereIs() {
        // When
        Outcome outcome = harness.admit(0, charge(12));

        // Then
        assertThat(outcome.reason()).isEqualTo(Reason.CHARGED);
        assertThat(outcome.charged()).isEqualTo(12);
        assertThat(outcome.uncharged()).isZero();
        assertThat(only(outcome).metered()).isEqualTo(new MeteredCharge(12, 12));
        assertThat(only(outcome).remaining()).isZero();
        assertThat(only(outcome).resetAfterMillis()).isEqualTo(12_000);
        assertThat(only(outcome).nextTokenMillis()).isEqualTo(3_000);
        Outcome refused = harness.admit(2_999, admission("acme/a", 1));
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.retryAfterMillis()).isEqualTo(1);
        assertThat(harness.admit(3_000, admission("acme/a", 1)).allowed()).isTrue();
    }

    @Test
    void shouldChargeUpToTheBoundAndSayTheRest_whenMoreWasUsedThanTheOverdraftCovers() {
        // Given
        harness.admit(0, charge(12));

        // When
        Outcome outcome = harness.admit(0, charge(400));

        // Then
        assertThat(outcome.allowed()).isTrue();
        assertThat(outcome.reason()).isEqualTo(Reason.CHARGED_IN_PART);
        assertThat(outcome.charged()).isEqualTo(18);
        assertThat(outcome.uncharged()).isEqualTo(382);
        assertThat(only(outcome).resetAfterMillis()).isEqualTo(30_000);
        assertThat(only(harness.admit(0, charge(1))).metered()).isEqualTo(new MeteredCharge(1, 0));
    }

    @Test
    void shouldTakeWhatIsThereAndNoMore_whenThereIsNoOverdraft() {
        // Given
        LedgerHarness plain = LedgerHarness.with(rules(limit("tokens", 1, "1s", 10)));

        // When
        Outcome outcome = plain.admit(0, charge(12));

        // Then
        assertThat(outcome.reason()).isEqualTo(Reason.CHARGED_IN_PART);
        assertThat(outcome.charged()).isEqualTo(10);
        assertThat(outcome.uncharged()).isEqualTo(2);
        assertThat(only(outcome).resetAfterMillis()).isEqualTo(10_000);
    }

    @Test
    void shouldNeverTakeAnAdmissionIntoDebt_whenItAsksFirst() {
        // When, Then
        assertThat(harness.admit(0, admission("acme/a", 10)).allowed()).isTrue();
        assertThat(harness.admit(0, admission("acme/a", 1)).reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(harness.admit(0, admission("acme/a", 11)).reason()).isEqualTo(Reason.COST_ABOVE_CAPACITY);
    }

    @Test
    void shouldChargeWhateverIsKeptForOthersOrThrottles_whenItIsDone() {
        // Given
        Map<String, Object> limit = metered(0, false);
        limit.put("keepFor", Map.of("high", "50%"));
        limit.putAll(Map.of("onExceed", "throttle", "maxWait", "2s"));
        LedgerHarness keeping = LedgerHarness.with(rules(limit));

        // When
        Outcome outcome = keeping.admit(0, charge(10));

        // Then
        assertThat(outcome.reason()).isEqualTo(Reason.CHARGED);
        assertThat(outcome.delayMillis()).isZero();
        assertThat(only(outcome).remaining()).isZero();
    }

    @Test
    void shouldGiveBackNoMoreThanIsMissing_whenRefunded() {
        // Given
        LedgerHarness refunding = LedgerHarness.with(rules(metered(20, true)));
        refunding.admit(0, charge(15));

        // When
        Outcome part = refunding.admit(0, refund(6));
        Outcome all = refunding.admit(0, refund(1_000));

        // Then
        assertThat(part.reason()).isEqualTo(Reason.REFUNDED);
        assertThat(part.charged()).isEqualTo(-6);
        assertThat(only(part).remaining()).isEqualTo(1);
        assertThat(all.charged()).isEqualTo(-9);
        assertThat(only(all).metered()).isEqualTo(new MeteredCharge(1_000, -9));
        assertThat(only(all).remaining()).isEqualTo(10);
        assertThat(refunding.admit(0, refund(5)).charged()).isZero();
        assertThat(refunding.admit(0, admission("acme/a", 11)).allowed()).isFalse();
    }

    @Test
    void shouldGiveNothingBack_whenTheLimitTakesNoRefunds() {
        // Given
        harness.admit(0, charge(15));

        // When
        Outcome outcome = harness.admit(0, refund(15));

        // Then
        assertThat(outcome.allowed()).isTrue();
        assertThat(outcome.charged()).isZero();
        assertThat(only(outcome).resetAfterMillis()).isEqualTo(15_000);
    }

    @Test
    void shouldCountOnlyOnce_whenTheIdempotencyKeyIsTheSame() {
        // When
        harness.evaluate(0, charge(12), "k");
        AdmissionResult again = harness.evaluate(0, charge(12), "k");
        AdmissionResult asked = harness.evaluate(0, admission("acme/a", 12), "k");

        // Then
        assertThat(again).isInstanceOf(AdmissionResult.Replayed.class);
        assertThat(((AdmissionResult.Replayed) again).outcome().charged()).isEqualTo(12);
        assertThat(asked).isInstanceOf(AdmissionResult.KeyReused.class);
        assertThat(peek(0).resetAfterMillis()).isEqualTo(12_000);
    }

    @Test
    void shouldTakeNoSlots_whenItIsDone() {
        // Given
        LedgerHarness slots = LedgerHarness.with(
                rules(tree("id", "flight", "scope", "client", "algorithm", "concurrency", "limit", 1, "ttl", "1m")));
        slots.admit(0, admission("acme/a", 1));

        // When
        Outcome charged = slots.admit(0, charge(5));
        Outcome refunded = slots.admit(0, refund(5));

        // Then
        assertThat(List.of(charged.reason(), refunded.reason()))
                .containsExactly(Reason.NO_LIMIT_APPLIES, Reason.NO_LIMIT_APPLIES);
        assertThat(slots.admit(0, admission("acme/a", 1)).allowed()).isFalse();
    }

    @Test
    void shouldChargeWhatIsDone_whenTheClientIsDenyListed() {
        // Given
        Map<String, Object> document = document(metered(20, false));
        document.put(
                "lists",
                List.of(tree("id", "blocked", "access", "deny", "entries", List.of(tree("client", "acme/a")))));
        LedgerHarness listed = LedgerHarness.with(compiled(1, document));

        // When, Then
        assertThat(listed.admit(0, admission("acme/a", 1)).reason()).isEqualTo(Reason.DENY_LISTED);
        assertThat(listed.admit(0, charge(12)).reason()).isEqualTo(Reason.CHARGED);
    }

    private static HoldAction commit(long offset, long cost) {
        return new HoldAction(new HoldKey("acme", HoldKind.RESERVATION, offset), "acme/a", HoldOutcome.COMMITTED, cost);
    }

    @Test
    void shouldGoBelowEmpty_whenMoreIsCommittedThanWasReserved() {
        // Given
        harness.admit(0, admission("acme/a", 6).reserving(60_000));

        // When
        HoldSettlement end = ((Ended) harness.settle(1_000, commit(0, 26))).settlement();

        // Then: 6 reserved, 1 has flowed back, 20 more
        assertThat(end.cost()).isEqualTo(26);
        assertThat(end.returned()).isZero();
        assertThat(end.uncharged()).isZero();
        assertThat(end.limits()).extracting(LimitOutcome::metered).containsExactly(new MeteredCharge(20, 20));
        assertThat(peek(1_000).resetAfterMillis()).isEqualTo(25_000);
    }

    @Test
    void shouldSayWhatWasNotChargedAndRepeatIt_whenTheCommitIsBeyondTheOverdraft() {
        // Given
        harness.admit(0, admission("acme/a", 6).reserving(60_000));

        // When
        HoldSettlement end = ((Ended) harness.settle(0, commit(0, 100))).settlement();
        HoldResult again = harness.settle(0, commit(0, 100));

        // Then: 94 more were used, and 24 could be charged
        assertThat(end.uncharged()).isEqualTo(70);
        assertThat(((Repeated) again).settlement().uncharged()).isEqualTo(70);
        assertThat(peek(0).resetAfterMillis()).isEqualTo(30_000);
    }

    @Test
    void shouldRefuseTheCommit_whenNoLimitHasAnOverdraft() {
        // Given
        LedgerHarness plain = LedgerHarness.with(rules(limit("tokens", 1, "1s", 10)));
        plain.admit(0, admission("acme/a", 6).reserving(60_000));

        // When, Then
        assertThat(plain.settle(0, commit(0, 7))).isEqualTo(new AboveReservation(6));
    }

    @Test
    void shouldKeepTheDebt_whenTheRulesChange() {
        // Given
        harness.admit(0, charge(25));
        Map<String, Object> wider = limit("tokens", 1, "1s", 20);
        wider.put("overdraft", 20);

        // When: 25 of 20 are used
        harness.activate(0, compiled(2, document(wider)));
        long widened = peek(0).resetAfterMillis();
        // 5 of 5, and the 5 that were beyond empty
        harness.activate(0, compiled(3, document(limit("tokens", 1, "1s", 5))));

        // Then
        assertThat(widened).isEqualTo(25_000);
        assertThat(peek(0).resetAfterMillis()).isEqualTo(10_000);
    }

    @Test
    void shouldLeaveDebtToTheEndOfItsWindow_whenTheLimitIsAWindow() {
        // Given
        Map<String, Object> window = tree(
                "id", "day", "scope", "client", "algorithm", "fixed-window", "limit", 10, "window", tree("per", "1m"));
        window.put("overdraft", 5);
        LedgerHarness windowed = LedgerHarness.with(rules(window));

        // When
        Outcome outcome = windowed.admit(0, charge(100));

        // Then
        assertThat(outcome.charged()).isEqualTo(15);
        assertThat(outcome.uncharged()).isEqualTo(85);
        assertThat(only(outcome).resetAfterMillis()).isEqualTo(60_000);
        assertThat(only(windowed.admit(60_000, admission("acme/a", 0))).remaining())
                .isEqualTo(10);
    }

    @Test
    void shouldSumWhatEachCheckWasCharged_whenSeveralAreChargedTogether() {
        // Given
        BatchEvaluator batches = new BatchEvaluator(harness.ledger, harness.store);
        long nowMillis = harness.goTo(0);

        // When
        BatchResult result = batches.decide(List.of(charge(25), charge(25)), null, nowMillis, harness.nextOffset());
        batches.apply(result);

        // Then
        BatchResult.Decided decided = (BatchResult.Decided) result;
        assertThat(decided.outcome().outcome().reason()).isEqualTo(Reason.CHARGED_IN_PART);
        assertThat(only(decided.outcome().outcome()).metered()).isEqualTo(new MeteredCharge(50, 30));
        assertThat(decided.outcome().outcome().uncharged()).isEqualTo(20);
        assertThat(BatchEvaluator.charges(decided).values()).containsExactly(30L);
        assertThat(peek(0).resetAfterMillis()).isEqualTo(30_000);
    }

    private static Map<String, Object> computing(String id, String cost) {
        Map<String, Object> limit = limit(id, 1, "1s", 10);
        limit.put("cost", cost);
        return limit;
    }

    private static Admission sized(long cost, String size) {
        return admission("acme/a", cost, "GET", "/", Map.of("size", size));
    }

    @Test
    void shouldChargeEachLimitItsOwnCost_whenOneComputesIt() {
        // Given
        LedgerHarness both =
                LedgerHarness.with(rules(limit("plain", 1, "1s", 10), computing("sized", "number('size', 1) + cost")));

        // When
        Outcome allowed = both.admit(0, sized(2, "4"));
        Outcome refused = both.admit(0, sized(2, "7"));
        Outcome peek = both.admit(0, sized(0, "7"));

        // Then
        assertThat(allowed.limits()).extracting(LimitOutcome::remaining).containsExactly(8L, 4L);
        assertThat(allowed.limits()).extracting(LimitOutcome::metered).containsExactly(null, new MeteredCharge(6, 6));
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.retryAfterMillis()).isEqualTo(5_000);
        assertThat(refused.limits().get(1).metered()).isEqualTo(new MeteredCharge(9, 0));
        assertThat(peek.allowed()).isTrue();
        assertThat(peek.limits()).extracting(LimitOutcome::remaining).containsExactly(8L, 4L);
    }

    @Test
    void shouldLeaveWhatALimitComputedCharged_whenAReservationEnds() {
        // Given
        Map<String, Object> slots =
                tree("id", "flight", "scope", "client", "algorithm", "concurrency", "limit", 3, "ttl", "1m");
        slots.put("cost", "1");
        LedgerHarness held = LedgerHarness.with(rules(limit("plain", 1, "1h", 10), computing("requests", "1"), slots));
        Outcome reserved = held.admit(0, admission("acme/a", 8).reserving(60_000));

        // When
        HoldSettlement end = ((Ended) held.settle(0, commit(0, 3))).settlement();
        HoldSettlement released = ((Ended) held.settle(
                        0, new HoldAction(new HoldKey("acme", HoldKind.SLOTS, 0), "acme/a", HoldOutcome.RELEASED, 0)))
                .settlement();

        // Then
        assertThat(reserved.limits()).extracting(LimitOutcome::remaining).containsExactly(2L, 9L, 2L);
        assertThat(end.limits()).extracting(LimitOutcome::limitId).containsExactly("plain");
        assertThat(released.reserved()).isEqualTo(1);
        assertThat(held.admit(0, admission("acme/a", 0)).limits())
                .extracting(LimitOutcome::remaining)
                .containsExactly(7L, 9L, 3L);
    }

    @Test
    void shouldTellWhatAllChecksWantOfALimit_whenABatchIsRefused() {
        // Given
        LedgerHarness sized = LedgerHarness.with(rules(computing("sized", "number('size', 1)")));
        BatchEvaluator batches = new BatchEvaluator(sized.ledger, sized.store);
        long nowMillis = sized.goTo(0);
        sized.admit(0, sized(1, "5"));

        // When
        BatchResult.Decided refused = (BatchResult.Decided)
                batches.decide(List.of(sized(1, "4"), sized(1, "3")), null, nowMillis, sized.nextOffset());

        // Then: 7 of 5
        assertThat(refused.outcome().refusedCheck()).isEqualTo(1);
        assertThat(only(refused.outcome().outcome()).metered()).isEqualTo(new MeteredCharge(7, 0));
        assertThat(refused.outcome().outcome().retryAfterMillis()).isEqualTo(2_000);
    }
}
