package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ruleset.RulesetFixture;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.state.Reason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Leases beside verdicts by example: how much is lent, and of which limits. */
final class LedgerLentBesideTest {
    private static final long TTL = 10_000;
    private static final long MOST = 1_000_000;

    private static LeaseDemand taking(long cost) {
        return new LeaseDemand(admission("acme/a", cost), MOST, TTL);
    }

    private static LedgerHarness under(Map<String, Object> limit) {
        return LedgerHarness.with(RulesetFixture.compiled(1, document(List.of(limit))));
    }

    private static long left(LedgerHarness harness, long atMillis) {
        return harness.admit(atMillis, admission("acme/a", 0)).limits().get(0).remaining();
    }

    @Test
    void shouldLendAQuarterOfWhatIsLeft_whenItFlowsBackInTime() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("tokens", 10, "1s", 100)));

        // When
        LeaseResult lease = harness.lending(100, taking(1));

        // Then: of 99, and beside the one that was asked for
        assertThat(lease.tokens()).isEqualTo(24);
        assertThat(lease.ttlMillis()).isEqualTo(TTL);
        assertThat(lease.decided().outcome().charged()).isEqualTo(1);
        assertThat(lease.decided().outcome().limits().get(0).remaining()).isEqualTo(99);
        assertThat(left(harness, 100)).isEqualTo(75);
    }

    @Test
    void shouldLendWhatFlowsBackInTime_whenThatIsLess() {
        // Given: 10 tokens in 10 s
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("tokens", 1, "1s", 600)));

        // When / Then
        assertThat(harness.lending(100, taking(1)).tokens()).isEqualTo(10);
    }

    @Test
    void shouldLendAPartOfTheCapacity_whenNextToNothingFlowsBack() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("tokens", 1_000, "1d", 1_000)));

        // When / Then
        assertThat(harness.lending(100, taking(1)).tokens()).isEqualTo(15);
        assertThat(harness.lending(100, new LeaseDemand(admission("acme/a", 1), 5, TTL))
                        .tokens())
                .isEqualTo(5);
    }

    @Test
    void shouldGiveBackTheRestOfTheLeaseOnly_whenToldInTime() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("tokens", 1_000, "1d", 1_000)));
        harness.lending(100, taking(3));

        // When
        HoldKey key = new HoldKey("acme", HoldKind.LEASE, 0);
        HoldResult result = harness.settle(200, new HoldAction(key, "acme/a", HoldOutcome.RETURNED, 4));

        // Then
        HoldSettlement end = ((HoldResult.Ended) result).settlement();
        assertThat(end.reserved()).isEqualTo(15);
        assertThat(end.returned()).isEqualTo(11);
        assertThat(left(harness, 200)).isEqualTo(1_000 - 3 - 4);
    }

    @Test
    void shouldLendOfTheUpperHalfOnly_whenClientsShareABucket() {
        // Given
        Map<String, Object> shared = limit("shared", 100, "1s", 1_000);
        shared.put("scope", "account");
        LedgerHarness harness = under(shared);

        // When: one client after the other asks once
        long lent = 0;
        for (int client = 0; client < 400; client++) {
            lent += harness.lending(100, new LeaseDemand(admission("acme/" + client, 1), MOST, TTL))
                    .tokens();
        }

        // Then: all of them are allowed, and half of the bucket was never lent
        assertThat(lent).isBetween(400L, 500L);
        assertThat(left(harness, 100)).isEqualTo(1_000 - 400 - lent).isPositive();
    }

    @Test
    void shouldSayThatLimitsLend_whenNothingIsLeft() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("tokens", 1, "1s", 5)));
        LeaseResult last = harness.lending(100, taking(5));

        // When
        LeaseResult denied = harness.lending(100, taking(1));

        // Then
        assertThat(List.of(last.tokens(), denied.tokens())).containsExactly(0L, 0L);
        assertThat(List.of(last.ttlMillis(), denied.ttlMillis())).containsExactly(TTL, TTL);
        assertThat(denied.decided().outcome().allowed()).isFalse();
        assertThat(harness.store.holds()).isEmpty();
    }

    @Test
    void shouldNotSaySo_whenALimitDoesSomethingElseThanDeny() {
        // Given
        Map<String, Object> tagging = limit("tags", 1, "1s", 5);
        tagging.put("onExceed", "tag");
        LedgerHarness harness = under(tagging);

        // When
        LeaseResult full = harness.lending(100, taking(1));
        LeaseResult used = harness.lending(100, taking(3));

        // Then
        assertThat(full.tokens()).isEqualTo(1);
        assertThat(used.ttlMillis()).isZero();
    }

    @Test
    void shouldNotSaySo_whileALimitHasAGraceLeft() {
        // Given: 20 and a grace of 2, nearly used up
        Map<String, Object> quota = tree(
                "id", "q", "scope", "client", "algorithm", "fixed-window", "limit", 20, "window", tree("per", "1h"));
        quota.put("grace", "10%");
        LedgerHarness harness = under(quota);
        harness.admit(100, admission("acme/a", 18));

        // When
        LeaseResult second = harness.lending(100, taking(1));
        LeaseResult last = harness.lending(100, taking(1));
        LeaseResult inGrace = harness.lending(100, taking(1));
        LeaseResult ofGrace = harness.lending(100, taking(1));
        LeaseResult beyond = harness.lending(100, taking(1));

        // Then: the last token does not mean that the next request is denied; the last of the grace does
        assertThat(List.of(inGrace, ofGrace))
                .extracting(lease -> lease.decided().outcome().reason())
                .containsOnly(Reason.WITHIN_GRACE);
        assertThat(beyond.decided().outcome().allowed()).isFalse();
        assertThat(List.of(second, last, inGrace, ofGrace, beyond))
                .extracting(LeaseResult::ttlMillis)
                .containsExactly(TTL, 0L, 0L, 0L, TTL);
    }

    @Test
    void shouldSaySo_whenALimitWithAGraceHasEnough() {
        // Given: the one that denies has no grace, and the quota is far from its own
        Map<String, Object> quota = limit("quota", 1, "1d", 1_000);
        quota.put("grace", "10%");
        LedgerHarness harness =
                LedgerHarness.with(RulesetFixture.compiled(1, document(List.of(limit("burst", 1, "1s", 2), quota))));
        harness.admit(100, admission("acme/a", 2));

        // When
        LeaseResult denied = harness.lending(100, taking(1));

        // Then: its denial is repeated, and not asked for once more each time
        assertThat(denied.decided().outcome().allowed()).isFalse();
        assertThat(denied.ttlMillis()).isEqualTo(TTL);
    }

    @Test
    void shouldLendNothing_whenOnlyTheLedgerCanTell() {
        // Given
        Map<String, Object> exact = limit("exact", 1_000, "1d", 1_000);
        exact.put("exact", true);
        Map<String, Object> slots =
                tree("id", "c", "scope", "client", "algorithm", "concurrency", "limit", 10, "ttl", "1m");

        for (Map<String, Object> limit : List.of(exact, slots)) {
            // When
            LeaseResult lease = under(limit).lending(100, taking(1));

            // Then
            assertThat(lease.decided().outcome().allowed()).isTrue();
            assertThat(lease.tokens()).isZero();
            assertThat(lease.ttlMillis()).isZero();
        }
    }

    @Test
    void shouldEndWithTheWindow_whenAFixedWindowCounts() {
        // Given
        LedgerHarness windows = under(tree(
                "id", "w", "scope", "client", "algorithm", "fixed-window", "limit", 100, "window", tree("per", "10s")));

        // When / Then
        assertThat(windows.lending(9_400, taking(1)).ttlMillis()).isEqualTo(600);
    }
}
