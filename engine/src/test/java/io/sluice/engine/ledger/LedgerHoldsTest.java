package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.ledger.HoldResult.AboveReservation;
import io.sluice.engine.ledger.HoldResult.Ended;
import io.sluice.engine.ledger.HoldResult.NotFound;
import io.sluice.engine.ledger.HoldResult.Repeated;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.HoldGrant;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.Outcome;
import org.junit.jupiter.api.Test;

/** Reserve, commit, cancel, release and expiry by example. */
final class LedgerHoldsTest {
    /** Nothing flows back within a test: 10 tokens an hour by client. */
    private static final Ruleset RULES = ruleset(1, limit("tokens", 10, "1h", 10));

    private static final Admission FIVE = admission("acme/a", 5).reserving(1_000);

    private final LedgerHarness harness = LedgerHarness.with(RULES);

    private static HoldAction reservation(long offset, HoldOutcome outcome, long cost) {
        return new HoldAction(new HoldKey("acme", HoldKind.RESERVATION, offset), "acme/a", outcome, cost);
    }

    private static HoldAction commit(long offset, long cost) {
        return reservation(offset, HoldOutcome.COMMITTED, cost);
    }

    private static HoldAction release(long offset) {
        return new HoldAction(new HoldKey("acme", HoldKind.SLOTS, offset), "acme/a", HoldOutcome.RELEASED, 0);
    }

    private long left(long atMillis) {
        return harness.admit(atMillis, admission("acme/a", 0)).limits().get(0).remaining();
    }

    @Test
    void shouldHoldWhatItCharged_whenReserved() {
        // When
        Outcome outcome = harness.admit(100, FIVE);

        // Then
        assertThat(outcome.allowed()).isTrue();
        assertThat(outcome.holdGrant()).isEqualTo(new HoldGrant(0, 1_100, 0, 0));
        assertThat(left(100)).isEqualTo(5);
    }

    @Test
    void shouldHoldNothing_whenDenied() {
        // When
        Outcome outcome = harness.admit(100, admission("acme/a", 11).reserving(1_000));

        // Then
        assertThat(outcome.holdGrant()).isEqualTo(HoldGrant.NONE);
        assertThat(harness.store.holds()).isEmpty();
        assertThat(harness.store.accountHolds()).isEmpty();
    }

    @Test
    void shouldGiveBackTheRest_whenCommitted() {
        // Given
        harness.admit(100, FIVE);

        // When
        HoldSettlement end = ((Ended) harness.settle(200, commit(0, 3))).settlement();

        // Then
        assertThat(end.outcome()).isEqualTo(HoldOutcome.COMMITTED);
        assertThat(end.returned()).isEqualTo(2);
        assertThat(end.atMillis()).isEqualTo(200);
        assertThat(end.limits()).extracting(LimitOutcome::remaining).containsExactly(7L);
        assertThat(left(200)).isEqualTo(7);
        assertThat(harness.store.accountHolds()).isEmpty();
    }

    @Test
    void shouldGiveBackAll_whenCancelled() {
        // Given
        harness.admit(100, FIVE);

        // When
        harness.settle(200, reservation(0, HoldOutcome.CANCELLED, 0));

        // Then
        assertThat(left(200)).isEqualTo(10);
    }

    @Test
    void shouldChangeNothing_whenCommitIsAboveTheReservation() {
        // Given
        harness.admit(100, FIVE);

        // When
        HoldResult result = harness.settle(200, commit(0, 6));

        // Then
        assertThat(result).isEqualTo(new AboveReservation(5));
        assertThat(left(200)).isEqualTo(5);
        assertThat(harness.settle(300, commit(0, 5))).isInstanceOf(Ended.class);
    }

    @Test
    void shouldAnswerAlikeAndGiveBackOnce_whenCommittedAgain() {
        // Given
        harness.admit(100, FIVE);
        harness.settle(200, commit(0, 3));

        // When
        HoldResult again = harness.settle(900, commit(0, 3));
        HoldResult otherwise = harness.settle(900, commit(0, 2));
        HoldResult late = harness.settle(1_100, commit(0, 3));

        // Then
        HoldSettlement repeated = ((Repeated) again).settlement();
        assertThat(repeated.atMillis()).isEqualTo(200);
        assertThat(repeated.returned()).isEqualTo(2);
        assertThat(otherwise).isInstanceOf(NotFound.class);
        assertThat(late).isInstanceOf(NotFound.class);
        assertThat(left(1_100)).isEqualTo(7);
    }

    @Test
    void shouldForgetTheCommit_whenTenMinutesHavePassed() {
        // Given
        harness.admit(100, admission("acme/a", 5).reserving(Admission.RESERVE_MILLIS_MAX));
        harness.settle(200, commit(0, 3));

        // When
        HoldResult within = harness.settle(199 + HoldLifecycle.SETTLED_MILLIS_MAX, commit(0, 3));
        HoldResult beyond = harness.settle(200 + HoldLifecycle.SETTLED_MILLIS_MAX, commit(0, 3));

        // Then
        assertThat(within).isInstanceOf(Repeated.class);
        assertThat(beyond).isInstanceOf(NotFound.class);
    }

    @Test
    void shouldFindNothing_whenAnotherClientOrOffset() {
        // Given
        harness.admit(100, FIVE);
        HoldKey key = new HoldKey("acme", HoldKind.RESERVATION, 0);

        // When
        HoldResult sibling = harness.settle(200, new HoldAction(key, "acme/b", HoldOutcome.COMMITTED, 0));
        HoldResult parent = harness.settle(200, new HoldAction(key, "acme", HoldOutcome.CANCELLED, 0));
        HoldResult unknown = harness.settle(200, commit(7, 0));
        HoldResult slots = harness.settle(200, release(0));

        // Then
        assertThat(new HoldResult[] {sibling, parent, unknown, slots}).hasOnlyElementsOfType(NotFound.class);
        assertThat(left(200)).isEqualTo(5);
    }

    @Test
    void shouldExpireByTheMillisecond_whenNobodySettles() {
        // Given
        harness.admit(100, FIVE);

        // When
        long before = left(1_099);
        long then = left(1_100);

        // Then
        assertThat(before).isEqualTo(5);
        assertThat(then).isEqualTo(10);
        assertThat(harness.settlements)
                .singleElement()
                .satisfies(end -> assertThat(end.outcome()).isEqualTo(HoldOutcome.EXPIRED))
                .satisfies(end -> assertThat(end.atMillis()).isEqualTo(1_100))
                .satisfies(end -> assertThat(end.returned()).isEqualTo(5));
        assertThat(harness.settle(1_100, commit(0, 5))).isInstanceOf(NotFound.class);
        assertThat(harness.store.holds()).isEmpty();
    }

    @Test
    void shouldEndAtItsOwnMoment_whenNoticedMuchLater() {
        // Given two reservations, of which the later one expires first
        harness.admit(100, FIVE);
        harness.admit(200, admission("acme/a", 2).reserving(100));

        // When
        left(100_000);

        // Then
        assertThat(harness.settlements).extracting(HoldSettlement::atMillis).containsExactly(300L, 1_100L);
    }

    @Test
    void shouldGiveTheSameReservation_whenIdempotencyKeyIsRepeated() {
        // Given
        AdmissionResult.Decided first = (AdmissionResult.Decided) harness.evaluate(100, FIVE, "k");

        // When
        AdmissionResult again = harness.evaluate(300, FIVE, "k");
        AdmissionResult longer = harness.evaluate(300, FIVE.reserving(1_001), "k");

        // Then
        assertThat(((AdmissionResult.Replayed) again).outcome().holdGrant())
                .isEqualTo(first.outcome().holdGrant())
                .isEqualTo(new HoldGrant(0, 1_100, 0, 0));
        assertThat(longer).isInstanceOf(AdmissionResult.KeyReused.class);
        assertThat(harness.store.holds()).hasSize(1);
    }

    @Test
    void shouldRefuse_whenAnActionMakesNoSense() {
        // Given
        HoldKey key = new HoldKey("acme", HoldKind.RESERVATION, 0);

        // When / Then
        assertThatThrownBy(() -> new HoldAction(key, "acme", HoldOutcome.CANCELLED, 1))
                .hasMessage("cost: 1 (expected: 0)");
        assertThatThrownBy(() -> new HoldAction(key, "acme", HoldOutcome.COMMITTED, -1))
                .hasMessage("cost: -1 (expected: 0 or more)");
        assertThatThrownBy(() -> new HoldAction(key, "acme", HoldOutcome.RELEASED, 0))
                .hasMessageContaining("outcome: RELEASED of RESERVATION");
    }
}
