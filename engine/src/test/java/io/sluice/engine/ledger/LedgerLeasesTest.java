package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.ledger.HoldResult.AboveReservation;
import io.sluice.engine.ledger.HoldResult.Ended;
import io.sluice.engine.ledger.HoldResult.NotFound;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.PriorityLevel;
import io.sluice.engine.ruleset.RulesetFixture;
import io.sluice.engine.state.AccountHolds;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.Reason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Leases by example: how much is lent, for how long, to whom, and what becomes of it. */
final class LedgerLeasesTest {
    private static final long TTL = 1_000;

    /** Nothing to speak of flows back within a test: 1,000 tokens a day by client. */
    private final LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("tokens", 1_000, "1d", 1_000)));

    private static LeaseDemand ask(long waitingTokens, long prefetchTokens) {
        return new LeaseDemand(admission("acme/a", waitingTokens), prefetchTokens, TTL);
    }

    private static HoldAction told(long offset, long spent) {
        return new HoldAction(new HoldKey("acme", HoldKind.LEASE, offset), "acme/a", HoldOutcome.RETURNED, spent);
    }

    private static LedgerHarness under(Map<String, Object> limit) {
        return LedgerHarness.with(RulesetFixture.compiled(1, document(List.of(limit))));
    }

    private long left(long atMillis) {
        return harness.admit(atMillis, admission("acme/a", 0)).limits().get(0).remaining();
    }

    @Test
    void shouldLendAQuarterOfWhatIsLeft_whenOneFrontEndComesAfterTheOther() {
        // When
        List<Long> lent = List.of(
                harness.lease(100, ask(0, 600)).tokens(),
                harness.lease(100, ask(0, 600)).tokens(),
                harness.lease(100, ask(0, 600)).tokens());

        // Then
        assertThat(lent).containsExactly(250L, 187L, 140L);
        assertThat(left(100)).isEqualTo(1_000 - 250 - 187 - 140);
    }

    @Test
    void shouldLendWhatIsAsked_whenItIsLessThanAShare() {
        // When
        LeaseResult lease = harness.lease(100, ask(10, 40));

        // Then
        assertThat(lease.tokens()).isEqualTo(50);
        assertThat(lease.ttlMillis()).isEqualTo(TTL);
        assertThat(lease.decided().outcome().reason()).isEqualTo(Reason.WITHIN_LIMITS);
        assertThat(lease.decided().outcome().limits())
                .extracting(LimitOutcome::remaining)
                .containsExactly(950L);
    }

    @Test
    void shouldServeThoseWhoWaitAsFarAsItGoes_whenThereIsLessThanTheyNeed() {
        // Given
        harness.admit(100, admission("acme/a", 997));

        // When / Then
        assertThat(harness.lease(100, ask(5, 100)).tokens()).isEqualTo(3);
        assertThat(left(100)).isZero();
    }

    @Test
    void shouldLendNothingAhead_whenTheShareIsNotWorthIt() {
        // Given: a quarter of 100 is less than a sixteenth of 1,000
        harness.admit(100, admission("acme/a", 900));

        // When / Then
        assertThat(harness.lease(100, ask(0, 1_000)).tokens()).isZero();
        assertThat(harness.lease(100, ask(2, 1_000)).tokens()).isEqualTo(2);
        assertThat(harness.lease(100, ask(0, 384)).tokens()).isEqualTo(24);
    }

    @Test
    void shouldTellWhenToComeBack_whenNothingIsLeft() {
        // Given
        harness.admit(100, admission("acme/a", 1_000));

        // When
        LeaseResult lease = harness.lease(100, ask(0, 100));

        // Then
        Outcome outcome = lease.decided().outcome();
        assertThat(outcome.reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(outcome.retryAfterMillis()).isEqualTo(86_400);
        assertThat(outcome.charged()).isZero();
        assertThat(harness.store.holds()).isEmpty();
    }

    @Test
    void shouldGiveBackTheRest_whenToldInTime() {
        // Given
        harness.lease(100, ask(0, 200));

        // When
        Ended ended = (Ended) harness.settle(200, told(0, 150));

        // Then
        assertThat(ended.settlement().returned()).isEqualTo(50);
        assertThat(left(200)).isEqualTo(850);
        assertThat(harness.store.accountHolds()).isEmpty();
    }

    @Test
    void shouldGiveNothingBack_whenTheLimitWasCutMeanwhile() {
        // Given: of 1,000 a client has used 300, and 100 are lent
        harness.admit(100, admission("acme/a", 300));
        harness.lease(100, ask(0, 100));

        // When: the limit becomes 200, all in use, and the front end gives the lease back
        harness.activate(150, ruleset(2, limit("tokens", 200, "1d", 200)));
        harness.settle(200, told(1, 0));

        // Then
        assertThat(left(200)).isZero();
    }

    @Test
    void shouldGiveBackTheRest_whenTheLimitGrewOrStayed() {
        // Given
        harness.admit(100, admission("acme/a", 300));
        harness.lease(100, ask(0, 100));

        // When
        harness.activate(150, ruleset(2, limit("tokens", 1_000, "1d", 1_000), limit("other", 1, "1d", 1)));
        harness.activate(160, ruleset(3, limit("tokens", 2_000, "1d", 2_000)));
        harness.settle(200, told(1, 40));

        // Then
        assertThat(left(200)).isEqualTo(2_000 - 300 - 40);
    }

    @Test
    void shouldCountAllOfItAsSpent_whenNobodyTells() {
        // Given
        harness.lease(100, ask(0, 200));

        // When
        long left = left(1_100);

        // Then
        assertThat(left).isEqualTo(800);
        HoldSettlement end = harness.settlements.get(0);
        assertThat(end.outcome()).isEqualTo(HoldOutcome.EXPIRED);
        assertThat(end.cost()).isEqualTo(200);
        assertThat(end.returned()).isZero();
        assertThat(harness.settle(1_101, told(0, 0))).isEqualTo(new NotFound());
        assertThat(harness.store.accountHolds()).isEmpty();
    }

    @Test
    void shouldRefuse_whenMoreIsToldThanWasLent() {
        // Given
        harness.lease(100, ask(0, 200));

        // When / Then
        assertThat(harness.settle(200, told(0, 201))).isEqualTo(new AboveReservation(200));
        assertThat(left(300)).isEqualTo(800);
    }

    @Test
    void shouldLeaveALeaseAlone_whenItIsSettledAsAReservation() {
        // Given
        harness.lease(100, ask(0, 200));
        HoldKey asReservation = new HoldKey("acme", HoldKind.RESERVATION, 0);

        // When / Then
        assertThat(harness.settle(200, new HoldAction(asReservation, "acme/a", HoldOutcome.CANCELLED, 0)))
                .isEqualTo(new NotFound());
        assertThatThrownBy(() ->
                        new HoldAction(new HoldKey("acme", HoldKind.LEASE, 0), "acme/a", HoldOutcome.CANCELLED, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldEndWithTheWindow_whenAFixedWindowCounts() {
        // Given
        LedgerHarness windows = under(tree(
                "id", "w", "scope", "client", "algorithm", "fixed-window", "limit", 100, "window", tree("per", "10s")));

        // When / Then
        assertThat(windows.lease(9_400, ask(0, 10)).ttlMillis()).isEqualTo(600);
        assertThat(windows.lease(9_500, ask(0, 10)).ttlMillis()).isEqualTo(500);
        assertThat(windows.lease(10_000, ask(0, 10)).ttlMillis()).isEqualTo(TTL);
    }

    @Test
    void shouldLendNothing_whenOnlyTheLedgerCanTell() {
        // Given
        Map<String, Object> exact = limit("exact", 1_000, "1d", 1_000);
        exact.put("exact", true);
        Map<String, Object> recorded = limit("recorded", 1_000, "1d", 1_000);
        recorded.put("record", "each");
        Map<String, Object> slots =
                tree("id", "c", "scope", "client", "algorithm", "concurrency", "limit", 10, "ttl", "1m");
        Map<String, Object> queue = tree(
                "id",
                "q",
                "scope",
                "client",
                "algorithm",
                "leaky-bucket",
                "rate",
                tree("tokens", 10, "per", "1s"),
                "queue",
                10);

        for (Map<String, Object> limit : List.of(exact, recorded, slots, queue)) {
            // When
            LeaseResult lease = under(limit).lease(100, ask(1, 10));

            // Then
            assertThat(lease.tokens()).isZero();
            assertThat(lease.decided().outcome().reason()).isEqualTo(Reason.NOT_LEASABLE);
        }
    }

    @Test
    void shouldLend_whenASummaryIsEnough() {
        // Given
        Map<String, Object> summary = limit("summary", 1_000, "1d", 1_000);
        summary.put("record", "summary");
        summary.put("exact", false);

        // When / Then
        assertThat(under(summary).lease(100, ask(1, 10)).tokens()).isEqualTo(11);
    }

    @Test
    void shouldLendToHigherPriorities_whenTheRestIsKeptForThem() {
        // Given
        Map<String, Object> limit = limit("tokens", 1_000, "1d", 1_000);
        limit.put("keepFor", tree("high", "50%"));
        LedgerHarness kept = under(limit);
        kept.admit(100, admission("acme/a", 480));
        Admission urgent = admission("acme/a", 0).withPriority(PriorityLevel.HIGH);

        // When / Then
        assertThat(kept.lease(100, ask(30, 0)).tokens()).isEqualTo(20);
        assertThat(kept.lease(100, new LeaseDemand(urgent, 400, TTL)).tokens()).isEqualTo(125);
    }

    @Test
    void shouldLendWithoutCharge_whenNoLimitApplies() {
        // Given
        LedgerHarness unlimited = LedgerHarness.with(ruleset(1));

        // When
        LeaseResult lease = unlimited.lease(100, ask(1, 99));

        // Then
        assertThat(lease.tokens()).isEqualTo(100);
        assertThat(lease.decided().outcome().charged()).isZero();
        assertThat(unlimited.settle(200, told(0, 1))).isInstanceOf(Ended.class);
    }

    @Test
    void shouldLendNoMore_whenTheAccountHasAsManyLeasesAsItCanHave() {
        // Given
        LedgerHarness many = LedgerHarness.with(ruleset(1, limit("tokens", 20_000, "1d", 20_000)));
        for (int i = 0; i < AccountHolds.LEASES_MAX; i++) {
            assertThat(many.lease(100, ask(1, 0)).tokens()).as("lease %s", i).isEqualTo(1);
        }

        // When
        LeaseResult lease = many.lease(102, ask(1, 0));

        // Then
        assertThat(lease.decided().outcome().reason()).isEqualTo(Reason.NOT_LEASABLE);
        assertThat(many.lease(2_000, ask(1, 0)).tokens()).isEqualTo(1);
    }
}
