package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ledger.HoldResult.Ended;
import io.sluice.engine.ledger.HoldResult.NotFound;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.AccountHolds;
import io.sluice.engine.state.HoldGrant;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.Reason;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds and the rules by example: changes of rules, slots, bounds. */
final class LedgerHoldRulesTest {
    /** Nothing flows back within a test: 10 tokens an hour by client, and 4 slots of 5 s by account. */
    private static final Ruleset RULES = ruleset(1, limit("tokens", 10, "1h", 10));

    private static final Map<String, Object> SLOTS =
            tree("id", "slots", "scope", "account", "algorithm", "concurrency", "limit", 4, "ttl", "5s");
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
    void shouldFollowTheRulesOfItsMoment_whenTheyChangedBeforeItWasNoticed() {
        // Given half of 10 used and held when it expires; then proportional to 100 tokens, of which nothing is used
        Map<String, Object> larger = limit("tokens", 1, "1h", 100);
        larger.put("carryOver", "proportional");
        harness.admit(100, FIVE);

        // When
        harness.activate(2_000, ruleset(2, larger));

        // Then
        assertThat(left(3_000)).isEqualTo(100);
        assertThat(harness.settlements)
                .singleElement()
                .satisfies(end -> assertThat(end.revision()).isEqualTo(1))
                .satisfies(end -> assertThat(end.limits().get(0).capacity()).isEqualTo(10));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldCountNothingAsGivenBack_whenTheLimitWasInShadow(boolean enforcedLater) {
        // Given a limit that took tokens in shadow, which count as charged nowhere
        Map<String, Object> shadow = limit("late", 1, "1h", 10);
        shadow.put("mode", "shadow");
        LedgerHarness shadowed = LedgerHarness.with(ruleset(1, shadow));
        Outcome taken = shadowed.admit(100, FIVE);
        if (enforcedLater) {
            shadowed.activate(200, ruleset(2, limit("late", 1, "1h", 10)));
        }

        // When
        HoldSettlement end = ((Ended) shadowed.settle(300, reservation(0, HoldOutcome.CANCELLED, 0))).settlement();

        // Then
        assertThat(taken.charged()).isZero();
        assertThat(end.limits()).singleElement().satisfies(limit -> {
            assertThat(limit.remaining()).isEqualTo(10);
            assertThat(limit.enforced()).isFalse();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"scope", "reset"})
    void shouldNotGiveBackTwice_whenTheLimitHasForgottenTheCharge(String change) {
        // Given a bucket that began anew while the reservation was open
        Map<String, Object> again = limit("tokens", change.equals("scope") ? "account" : "client", 1, "1h", 10);
        again.put("burst", 9);
        if (change.equals("reset")) {
            again.put("carryOver", "reset");
        }
        harness.admit(100, FIVE);
        harness.activate(200, ruleset(3, again));
        harness.admit(300, admission("acme/a", 6));

        // When
        HoldSettlement end = ((Ended) harness.settle(400, commit(0, 0))).settlement();

        // Then
        assertThat(end.returned()).isEqualTo(5);
        assertThat(end.limits()).isEmpty();
        assertThat(left(400)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {170, 400})
    void shouldGiveBack_whenTheLimitIsAwayAndComesBack(long settledAtMillis) {
        // Given a limit that is away from 150 to 200
        harness.admit(100, admission("acme/a", 3));
        harness.admit(100, FIVE);
        harness.activate(150, ruleset(2));

        // When: while it is away, or after it came back
        if (settledAtMillis < 200) {
            harness.settle(settledAtMillis, commit(1, 1));
            harness.cleanUp(() -> true);
        }
        harness.activate(200, ruleset(3, limit("tokens", 10, "1h", 10)));
        if (settledAtMillis >= 200) {
            harness.settle(settledAtMillis, commit(1, 1));
        }

        // Then
        assertThat(left(500)).isEqualTo(6);
    }

    @Test
    void shouldEndApart_whenAnAdmissionHoldsBothTokensAndSlots() {
        // Given
        harness.activate(50, ruleset(2, limit("tokens", 10, "1h", 10), SLOTS));
        Outcome outcome = harness.admit(100, admission("acme/a", 3).reserving(1_000));

        // When
        HoldSettlement commit = ((Ended) harness.settle(200, commit(0, 1))).settlement();
        HoldSettlement release = ((Ended) harness.settle(300, release(0))).settlement();

        // Then
        assertThat(outcome.holdGrant()).isEqualTo(new HoldGrant(0, 1_100, 5_100, 0));
        assertThat(commit.limits()).extracting(LimitOutcome::limitId).containsExactly("tokens");
        assertThat(commit.limits()).extracting(LimitOutcome::remaining).containsExactly(9L);
        assertThat(release.limits()).extracting(LimitOutcome::limitId).containsExactly("slots");
        assertThat(release.limits()).extracting(LimitOutcome::remaining).containsExactly(4L);
        assertThat(release.returned()).isEqualTo(3);
    }

    @Test
    void shouldFreeSlotsByThemselves_whenNotReleased() {
        // Given
        harness.activate(50, ruleset(2, SLOTS));
        harness.admit(100, admission("acme/a", 4));

        // When
        Outcome early = harness.admit(5_099, admission("acme/a", 1));
        Outcome punctual = harness.admit(5_100, admission("acme/a", 1));

        // Then
        assertThat(early.allowed()).isFalse();
        assertThat(early.retryAfterMillis()).isEqualTo(1);
        assertThat(punctual.allowed()).isTrue();
        assertThat(harness.settlements)
                .singleElement()
                .satisfies(end -> assertThat(end.outcome()).isEqualTo(HoldOutcome.EXPIRED))
                .satisfies(end -> assertThat(end.key().kind()).isEqualTo(HoldKind.SLOTS));
        assertThat(harness.settle(5_200, release(0))).isInstanceOf(NotFound.class);
    }

    @Test
    void shouldDenyWithoutCharging_whenTheAccountHoldsTooMany() {
        // Given
        harness.activate(50, ruleset(2, limit("tokens", "account", 1, "1h", 5_000)));
        for (int i = 0; i < AccountHolds.RESERVATIONS_MAX; i++) {
            harness.admit(100 + i, admission("acme/a", 1).reserving(10_000));
        }

        // When
        Outcome refused = harness.admit(1_100, admission("acme/b", 1).reserving(10));
        Outcome unreserved = harness.admit(1_100, admission("acme/b", 1));
        Outcome early = harness.admit(10_099, admission("acme/b", 1).reserving(10));
        Outcome punctual = harness.admit(10_100, admission("acme/b", 1).reserving(10));

        // Then
        assertThat(refused.reason()).isEqualTo(Reason.TOO_MANY_RESERVATIONS);
        assertThat(refused.charged()).isZero();
        assertThat(refused.limits().get(0).remaining()).isEqualTo(4_000);
        assertThat(refused.retryAfterMillis()).isEqualTo(9_000);
        assertThat(unreserved.allowed()).isTrue();
        assertThat(early.reason()).isEqualTo(Reason.TOO_MANY_RESERVATIONS);
        assertThat(punctual.allowed()).isTrue();
    }

    @Test
    void shouldCountNoHolds_whenThereAreNone() {
        // Given: damaged counts, of which one kind is right
        harness.admit(100, FIVE);
        harness.store.putHolds("acme", new AccountHolds(1, 7, AccountHolds.LEASES_MAX, 100));

        // When
        harness.settleDue("acme", harness.goTo(200));

        // Then
        assertThat(harness.store.holds("acme")).isEqualTo(new AccountHolds(1, 0, 0, 1_100));
    }

    @Test
    void shouldHoldWithoutBuckets_whenNothingLimits() {
        // Given
        LedgerHarness unlimited = LedgerHarness.empty();

        // When
        Outcome outcome = unlimited.admit(100, FIVE);
        HoldSettlement end = ((Ended) unlimited.settle(200, commit(0, 2))).settlement();

        // Then
        assertThat(outcome.holdGrant().hasReservation()).isTrue();
        assertThat(end.returned()).isEqualTo(3);
        assertThat(end.limits()).isEmpty();
    }
}
