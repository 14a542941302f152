package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.Scope;
import io.sluice.engine.state.InMemoryLedgerStore;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.Reason;
import io.sluice.engine.wide.WideCount;
import io.sluice.engine.wide.WideEnd;
import io.sluice.engine.wide.WideName;
import io.sluice.engine.wide.WidePeer;
import io.sluice.engine.wide.WideStatement;
import io.sluice.engine.wide.WideStatements;
import io.sluice.engine.wide.WideVoucher;
import io.sluice.engine.wide.WideWish;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The steps of a request that meets a limit of all accounts, one by one. */
final class WideLedgerTest {
    private static final Ruleset RULES =
            ruleset(1, limit("own", "account", 1, "10s", 3), limit("all", "global", 1, "10s", 5));
    private static final WideName ALL = new WideName("all", "");

    private final InMemoryLedgerStore store = new InMemoryLedgerStore();
    private final Ledger ledger = new Ledger(store, RulesetTimeline.empty());
    private final WideLedger wide = new WideLedger(0, ledger, store);
    private long offset;

    WideLedgerTest() {
        ledger.activate(RULES, 0);
    }

    @Test
    void shouldAskForAVisit_whenTheAccountsOwnLimitsAdmit() {
        assertThat(decide("acme", WideStatements.NONE)).isEqualTo(new AdmissionResult.Unvisited(List.of(ALL), 0));
    }

    @Test
    void shouldRefuseWithoutAVisit_whenTheAccountsOwnLimitsRefuse() {
        // When
        AdmissionResult result =
                ledger.decide(admission("acme", 4), null, WideStatements.NONE, ledger.clockMillis(), offset++);

        // Then: nobody's bucket is touched for it
        assertThat(((AdmissionResult.Decided) result).outcome().reason()).isEqualTo(Reason.COST_ABOVE_CAPACITY);
    }

    @Test
    void shouldCountAllAccountsTogether_whenTheyAskOneAfterTheOther() {
        // When six accounts ask
        for (int i = 0; i < 5; i++) {
            assertThat(visited("account-" + i).refuses()).isFalse();
        }
        WideStatement sixth = visited("account-5").statement();

        // Then five of them are charged
        assertThat(sixth.voucher()).isNull();
        assertThat(sixth.retryAfterMillis()).isEqualTo(10_000);
        assertThat(wide.vouchers().count()).isEqualTo(5);
        LimitOutcome limit = ((AdmissionResult.Decided) decide("account-5", WideStatements.of(List.of(sixth))))
                .outcome()
                .deciding();
        assertThat(limit.limitId()).isEqualTo("all");
        assertThat(limit.retryAfterMillis()).isEqualTo(10_000);
    }

    @Test
    void shouldChargeTheAccountAndKeepTheVoucher_whenTheOwnerHasCharged() {
        // Given
        WideStatement statement = visited("acme").statement();

        // When
        AdmissionResult result = decide("acme", WideStatements.of(List.of(statement)));
        ledger.apply(result);

        // Then
        AdmissionResult.Decided decided = (AdmissionResult.Decided) result;
        assertThat(decided.outcome().allowed()).isTrue();
        assertThat(decided.outcome().limits())
                .extracting(LimitOutcome::limitId, LimitOutcome::remaining)
                .containsExactly(tuple("own", 2L), tuple("all", 4L));
        List<WideEnd> ends = WideLedger.ends(List.of(statement), result);
        assertThat(ends).extracting(WideEnd::returned).containsExactly(0L);

        // When the owner learns of it
        wide.apply(wide.decide(ends, ledger.clockMillis()));

        // Then
        assertThat(wide.vouchers().count()).isZero();
        assertThat(visited("beta").statement().found().remaining()).isEqualTo(4);
    }

    @Test
    void shouldLeaveTheBucketAsIfNotCharged_whenTheVoucherComesBack() {
        // Given the account's own limit is used up meanwhile
        WideStatement statement = visited("acme").statement();
        for (int i = 0; i < 3; i++) {
            ledger.apply(
                    ledger.decide(admission("acme", 1), null, WideStatements.UNASKED, ledger.clockMillis(), offset++));
        }

        // When
        AdmissionResult result = decide("acme", WideStatements.of(List.of(statement)));
        List<WideEnd> ends = WideLedger.ends(List.of(statement), result);
        wide.apply(wide.decide(ends, ledger.clockMillis()));

        // Then
        assertThat(((AdmissionResult.Decided) result).outcome().allowed()).isFalse();
        assertThat(ends).extracting(WideEnd::returned).containsExactly(1L);
        assertThat(visited("beta").statement().found().remaining()).isEqualTo(5);
    }

    @Test
    void shouldNotGiveBackTwice_whenTheChargeHasFlowedBack() {
        // Given a charge that has refilled, and a bucket that others have emptied since
        WideStatement early = visited("acme").statement();
        ledger.advance(10_000);
        ledger.mark(10_000);
        for (int i = 0; i < 5; i++) {
            visited("account-" + i);
        }

        // When it comes back late
        wide.apply(wide.decide(WideLedger.ends(List.of(early), null), ledger.clockMillis()));

        // Then no token is there twice
        assertThat(visited("beta").refuses()).isTrue();
    }

    @Test
    void shouldGiveBackWhatItKnows_whenAMessageAlsoEndsVouchersThatItDoesNotKnow() {
        // Given an owner that has lost its state, and charged again since
        WideStatement lost = visited("acme").statement();
        InMemoryLedgerStore empty = new InMemoryLedgerStore();
        Ledger begun = new Ledger(empty, RulesetTimeline.empty());
        begun.activate(RULES, 0);
        WideLedger owner = new WideLedger(0, begun, empty);
        WideCharge charge = owner.charge(ALL, admission("beta", 1), WideWish.NONE, begun.clockMillis(), offset++);
        owner.apply(charge);

        // When both end in one message
        owner.apply(owner.decide(WideLedger.ends(List.of(lost, charge.statement()), null), begun.clockMillis()));

        // Then
        assertThat(owner.vouchers().count()).isZero();
        assertThat(owner.charge(ALL, admission("acme", 0), WideWish.NONE, begun.clockMillis(), offset++)
                        .statement()
                        .found()
                        .remaining())
                .isEqualTo(5);
    }

    @Test
    void shouldAnswerLikeBefore_whenAKeyIsUsedAgain() {
        // Given
        WideStatement first = visited("acme").statement();
        ledger.apply(ledger.decide(
                admission("acme", 1), "key", WideStatements.of(List.of(first)), ledger.clockMillis(), offset++));

        // When it is asked again, and had visited the owner once more
        AdmissionResult home =
                ledger.decide(admission("acme", 1), "key", WideStatements.NONE, ledger.clockMillis(), offset++);
        WideStatement second = visited("acme").statement();
        AdmissionResult back = ledger.decide(
                admission("acme", 1), "key", WideStatements.of(List.of(second)), ledger.clockMillis(), offset++);

        // Then
        assertThat(home).isInstanceOf(AdmissionResult.Replayed.class);
        assertThat(back).isInstanceOf(AdmissionResult.Replayed.class);
        assertThat(WideLedger.ends(List.of(second), back))
                .extracting(WideEnd::returned)
                .containsExactly(1L);
    }

    @Test
    void shouldNotCountALimit_whenItsOwnerDoesNotHaveItYet() {
        // When
        WideStatement unknown = wide.charge(
                        new WideName("new", ""), admission("acme", 1), WideWish.NONE, ledger.clockMillis(), offset++)
                .statement();

        // Then
        assertThat(unknown.isKnown()).isFalse();
        assertThat(unknown.voucher()).isNull();
        AdmissionResult result =
                decide("acme", WideStatements.of(List.of(WideStatement.unknown(ALL, ledger.clockMillis()))));
        assertThat(((AdmissionResult.Decided) result).outcome().limits())
                .extracting(LimitOutcome::limitId)
                .containsExactly("own");
    }

    @Test
    void shouldChargeNothing_whenTheVisitNamesAnotherScopeValue() {
        WideCharge charge = wide.charge(
                new WideName("all", "forged"), admission("acme", 1), WideWish.NONE, ledger.clockMillis(), offset++);
        assertThat(charge.changes()).isEmpty();
        assertThat(charge.statement().isKnown()).isFalse();
    }

    @Test
    void shouldBeLate_whenItIsHomeAfterTheBound() {
        assertThat(WideStatements.isLate(1_000, 1_000 + WideStatements.AGE_MILLIS_MAX))
                .isFalse();
        assertThat(WideStatements.isLate(1_000, 1_001 + WideStatements.AGE_MILLIS_MAX))
                .isTrue();
        assertThat(WideStatements.isLate(1_000, 0)).isFalse();
    }

    @Test
    void shouldKeepOneBucketForEachValue_whenTheScopeHasAnAttribute() {
        // Given
        Ruleset byAddress = ruleset(2, limit("address", List.of("global", "attribute:ip"), 1, "10s", 1));
        ledger.activate(byAddress, ledger.clockMillis());
        Admission here = admission("acme", 1, "GET", "/", Map.of("ip", "192.0.2.1"));
        Admission there = admission("beta", 1, "GET", "/", Map.of("ip", "192.0.2.2"));
        Admission sameAddress = admission("beta", 1, "GET", "/", Map.of("ip", "192.0.2.1"));

        // When / Then
        assertThat(visited(new WideName("address", "192.0.2.1"), here).refuses())
                .isFalse();
        assertThat(visited(new WideName("address", "192.0.2.2"), there).refuses())
                .isFalse();
        assertThat(visited(new WideName("address", "192.0.2.1"), sameAddress).refuses())
                .isTrue();
    }

    @Test
    void shouldRefuseALease_whenAWideLimitApplies() {
        LeaseResult lease =
                ledger.decide(new LeaseDemand(admission("acme", 1), 10, 1_000), ledger.clockMillis(), offset++);
        assertThat(lease.tokens()).isZero();
        assertThat(lease.decided().outcome().reason()).isEqualTo(Reason.NOT_LEASABLE);
    }

    @Test
    void shouldVisitForEachCheck_whenABatchMeetsAWideLimit() {
        // Given
        BatchEvaluator batches = new BatchEvaluator(ledger, store);
        List<Admission> checks = List.of(admission("acme", 1), admission("acme/alice", 2));

        // When
        BatchResult asked = batches.decide(checks, null, ledger.clockMillis(), offset++);

        // Then
        assertThat(asked)
                .isEqualTo(new BatchResult.Unvisited(
                        List.of(new BatchResult.Visit(0, ALL), new BatchResult.Visit(1, ALL))));

        // When
        List<WideStatements> statements = List.of(
                WideStatements.of(List.of(visited(ALL, checks.get(0)).statement())),
                WideStatements.of(List.of(visited(ALL, checks.get(1)).statement())));
        BatchResult result = batches.decide(checks, statements, null, ledger.clockMillis(), offset++);
        batches.apply(result);
        wide.apply(wide.decide(BatchEvaluator.ends(statements, result), ledger.clockMillis()));

        // Then both are charged, to both buckets
        BatchResult.Decided decided = (BatchResult.Decided) result;
        assertThat(decided.outcome().allowed()).isTrue();
        assertThat(BatchEvaluator.charges(decided).values()).containsExactly(3L, 3L);
        assertThat(decided.outcome().outcome().limits())
                .extracting(LimitOutcome::limitId, LimitOutcome::remaining)
                .containsExactly(tuple("own", 0L), tuple("all", 2L));
        assertThat(visited("beta").statement().found().remaining()).isEqualTo(2);
    }

    @Test
    void shouldGiveAllBack_whenOneCheckOfABatchIsRefused() {
        // Given the owner has enough for the first check only
        BatchEvaluator batches = new BatchEvaluator(ledger, store);
        List<Admission> checks = List.of(admission("acme", 1), admission("acme", 1));
        for (int i = 0; i < 4; i++) {
            visited("account-" + i);
        }
        List<WideStatements> statements = List.of(
                WideStatements.of(List.of(visited("acme").statement())),
                WideStatements.of(List.of(visited("acme").statement())));

        // When
        BatchResult result = batches.decide(checks, statements, null, ledger.clockMillis(), offset++);
        List<WideEnd> ends = BatchEvaluator.ends(statements, result);

        // Then
        BatchResult.Decided decided = (BatchResult.Decided) result;
        assertThat(decided.outcome().refusedCheck()).isEqualTo(1);
        assertThat(decided.outcome().outcome().deciding().limitId()).isEqualTo("all");
        assertThat(ends).extracting(WideEnd::returned).containsExactly(1L);
    }

    @Test
    void shouldSayThatWaitingIsInVain_whenABatchWantsMoreThanTheBucketHolds() {
        // Given each check would fit, and the owner refuses the second; three would want 6 of 5
        BatchEvaluator batches = new BatchEvaluator(ledger, store);
        ledger.activate(ruleset(2, limit("all", "global", 1, "10s", 5)), ledger.clockMillis());
        visited("other");
        visited("another");
        List<Admission> checks = List.of(admission("acme", 2), admission("acme", 2), admission("acme", 2));
        List<WideStatements> statements = List.of(
                WideStatements.of(List.of(visited(ALL, checks.get(0)).statement())),
                WideStatements.of(List.of(visited(ALL, checks.get(1)).statement())),
                WideStatements.NONE);

        // When
        BatchResult result = batches.decide(checks, statements, null, ledger.clockMillis(), offset++);

        // Then
        BatchResult.Decided decided = (BatchResult.Decided) result;
        assertThat(decided.outcome().outcome().reason()).isEqualTo(Reason.COST_ABOVE_CAPACITY);
    }

    @Test
    void shouldTakeEachMessageOnce_whenItComesAgain() {
        // When
        wide.taken(3, 7);

        // Then
        assertThat(wide.isNew(3, 7)).isFalse();
        assertThat(wide.isNew(3, 6)).isFalse();
        assertThat(wide.isNew(3, 8)).isTrue();
        assertThat(wide.isNew(4, 7)).isTrue();
        assertThat(store.widePeer(4)).isEqualTo(WidePeer.NONE);
    }

    @Test
    void shouldLeaveAChangedLimitAlone_whenItsCarryOverDroppedTheCharge() {
        // Given
        WideVoucher voucher = visited("acme").statement().voucher();
        Map<String, Object> reset = limit("all", "global", 1, "10s", 2);
        reset.put("carryOver", "reset");
        ledger.activate(ruleset(2, reset), ledger.clockMillis());
        visited("beta");
        visited("gamma");

        // When
        wide.apply(wide.decide(List.of(new WideEnd("all", voucher, 1)), ledger.clockMillis()));

        // Then
        assertThat(visited("delta").refuses()).isTrue();
    }

    @Test
    void shouldKeepWhatWasCharged_whenNoEndComesForLong() {
        // Given
        WideVoucher voucher = visited("acme").statement().voucher();

        // When
        pass(2 * WideCount.VOUCHERS.periodMillis());

        // Then it does not count as open, and counts nowhere twice
        assertThat(wide.vouchers().count()).isZero();
        assertThat(wide.vouchers().tokens()).isZero();
        assertThat(wide.vouchers().lapsed().count()).isEqualTo(1);

        // When its end comes after all, while another is open
        WideVoucher later = visited("beta").statement().voucher();
        wide.apply(wide.decide(List.of(new WideEnd("all", voucher, 1)), ledger.clockMillis()));

        // Then
        assertThat(wide.vouchers().lapsed().count()).isZero();
        assertThat(wide.vouchers().count()).isEqualTo(1);
        wide.apply(wide.decide(List.of(new WideEnd("all", later, 1)), ledger.clockMillis()));
        assertThat(wide.vouchers().count()).isZero();
        assertThat(visited("gamma").statement().found().remaining()).isEqualTo(5);
    }

    @Test
    void shouldGiveBackOnce_whenALapsedVoucherEndsBeforeItsTokensHaveFlowedBack() {
        // Given a limit that fills within a day, so that nothing flows back meanwhile
        ledger.activate(ruleset(2, limit("all", "global", 1, "24h", 5)), ledger.clockMillis());
        WideVoucher voucher = visited("acme").statement().voucher();
        pass(2 * WideCount.VOUCHERS.periodMillis());
        assertThat(visited("beta").statement().found().remaining()).isEqualTo(4);

        // When
        wide.apply(wide.decide(List.of(new WideEnd("all", voucher, 1)), ledger.clockMillis()));

        // Then
        assertThat(visited("gamma").statement().found().remaining()).isEqualTo(4);
    }

    @Test
    void shouldLeaveRoomForOthers_whenOneAccountInventsValues() {
        // Given two new buckets for each account
        Map<String, Object> document = document(limit("address", List.of("global", "attribute:ip"), 1, "1h", 5));
        document.put("cardinality", tree("bucketsPerAccount", 2));
        ledger.activate(compiled(2, document), ledger.clockMillis());

        // When
        List<String> invented = IntStream.range(0, 5)
                .mapToObj(i -> from("acme", "192.0.2." + i).voucher().scope())
                .toList();

        // Then those beyond share one, and nobody else does
        assertThat(invented.stream().filter(Scope::isOverflow)).hasSize(3);
        assertThat(Scope.display(invented.get(4))).isEqualTo("~overflow");
        assertThat(Scope.isOverflow(from("beta", "192.0.2.9").voucher().scope()))
                .isFalse();
        // The buckets that are there are those of everybody.
        assertThat(from("beta", "192.0.2.0").found().remaining()).isEqualTo(4);
        assertThat(from("acme", "192.0.2.9").found().remaining()).isEqualTo(4);
    }

    private WideStatement from(String account, String address) {
        return visited(new WideName("address", address), admission(account, 1, "GET", "/", Map.of("ip", address)))
                .statement();
    }

    private void pass(long millis) {
        long until = ledger.clockMillis() + millis;
        ledger.advance(until);
        ledger.mark(until);
    }

    private AdmissionResult decide(String account, WideStatements statements) {
        return ledger.decide(admission(account, 1), null, statements, ledger.clockMillis(), offset++);
    }

    private WideCharge visited(String account) {
        return visited(ALL, admission(account, 1));
    }

    private WideCharge visited(WideName name, Admission admission) {
        WideCharge charge = wide.charge(name, admission, WideWish.NONE, ledger.clockMillis(), offset++);
        wide.apply(charge);
        return charge;
    }
}
