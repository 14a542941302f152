package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.state.InMemoryLedgerStore;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.wide.WideEnd;
import io.sluice.engine.wide.WideName;
import io.sluice.engine.wide.WideStatement;
import io.sluice.engine.wide.WideStatement.Lent;
import io.sluice.engine.wide.WideStatements;
import io.sluice.engine.wide.WideVoucher;
import io.sluice.engine.wide.WideWish;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The steps of a lease that has tokens of a bucket that all accounts share, one by one. */
final class WideLeaseTest {
    private static final long TTL = 10_000;
    private static final WideName ALL = new WideName("all", "");
    /** The account's own limit lends 10 beside a verdict, the one of all accounts 9. */
    private static final Ruleset RULES =
            ruleset(1, limit("own", "account", 1, "1h", 640), limit("all", "global", 1, "1h", 600));

    private static final Ruleset RULES_AGAIN =
            ruleset(3, limit("own", "account", 1, "1h", 640), limit("all", "global", 1, "1h", 600));

    private final InMemoryLedgerStore store = new InMemoryLedgerStore();
    private final Ledger ledger = new Ledger(store, RulesetTimeline.empty());
    private final WideLedger wide = new WideLedger(0, ledger, store);
    private long offset;

    WideLeaseTest() {
        ledger.activate(RULES, 0);
    }

    private Lending decide(WideStatements statements) {
        return decide(statements, /* roadMillis= */ 0);
    }

    private Lending decide(WideStatements statements, long roadMillis) {
        LeaseDemand ask = new LeaseDemand(admission("acme", 1), 1_000_000, TTL, roadMillis, /* overMillis= */ 0);
        return ledger.decideLending(ask, statements, ledger.clockMillis(), offset++);
    }

    private WideStatement visited(Admission admission, long wish) {
        WideCharge charge = wide.charge(ALL, admission, new WideWish(wish, TTL), ledger.clockMillis(), offset++);
        wide.apply(charge);
        return charge.statement();
    }

    private WideStatement visited(long wish) {
        return visited(admission("acme", 1), wish);
    }

    private long left() {
        return visited(admission("beta", 0), 0).found().remaining();
    }

    private void end(List<WideEnd> ends) {
        wide.apply(wide.decide(ends, ledger.clockMillis()));
    }

    /** A lease of 9; returns its name. */
    private HoldKey leased() {
        WideStatement statement = visited(10);
        Lending lending = decide(WideStatements.of(List.of(statement)));
        ledger.apply(lending.result());
        end(WideLedger.ends(List.of(statement), lending.result(), lending.tokens()));
        return new HoldKey("acme", HoldKind.LEASE, offset - 1);
    }

    private HoldResult.Ended returned(HoldKey lease, long spent) {
        HoldAction action = new HoldAction(lease, "acme", HoldOutcome.RETURNED, spent);
        HoldResult.Ended ended = (HoldResult.Ended) ledger.decide(action, ledger.clockMillis());
        ledger.apply(ended.changes());
        return ended;
    }

    @Test
    void shouldWishForWhatItsOwnLimitsLend_whenItGoesOut() {
        assertThat(decide(WideStatements.NONE).result())
                .isEqualTo(new AdmissionResult.Unvisited(List.of(ALL), /* wish= */ 10));
    }

    @Test
    void shouldLendBesideTheVerdict_whenTheOwnerHasChargedThat() {
        // When
        WideStatement statement = visited(10);

        // Then the verdict does not count it
        assertThat(statement.lent()).isEqualTo(new Lent(9, TTL));
        assertThat(statement.charged()).isEqualTo(1);
        assertThat(statement.left().remaining()).isEqualTo(599);
        assertThat(wide.vouchers().tokens()).isEqualTo(10);

        // When
        Lending lending = decide(WideStatements.of(List.of(statement)));
        ledger.apply(lending.result());
        List<WideEnd> ends = WideLedger.ends(List.of(statement), lending.result(), lending.tokens());
        end(ends);

        // Then
        assertThat(lending.tokens()).isEqualTo(9);
        assertThat(lending.ttlMillis()).isEqualTo(TTL);
        assertThat(((AdmissionResult.Decided) lending.result()).outcome().limits())
                .extracting(LimitOutcome::limitId, LimitOutcome::remaining)
                .containsExactly(tuple("own", 639L), tuple("all", 599L));
        assertThat(ends)
                .extracting(WideEnd::kept, WideEnd::returned, WideEnd::open)
                .containsExactly(tuple(1L, 0L, 9L));
        assertThat(wide.vouchers().tokens()).isEqualTo(9);
        assertThat(wide.vouchers().count()).isEqualTo(1);
        assertThat(left()).isEqualTo(590);
    }

    @Test
    void shouldGiveBackWhatWasNotSpent_whenTheLeaseIsReported() {
        // Given
        HoldKey lease = leased();

        // When
        HoldResult.Ended ended = returned(lease, 4);
        end(ended.changes().ends());

        // Then
        assertThat(ended.settlement().returnsCharged()).isTrue();
        assertThat(ended.changes().ends())
                .extracting(WideEnd::kept, WideEnd::returned, WideEnd::open)
                .containsExactly(tuple(4L, 5L, 0L));
        assertThat(wide.vouchers().tokens()).isZero();
        assertThat(wide.vouchers().count()).isZero();
        assertThat(left()).isEqualTo(595);
    }

    @Test
    void shouldKeepAll_whenNobodyReportsTheLease() {
        // Given
        leased();
        ledger.advance(TTL);
        ledger.mark(TTL);

        // When
        HoldResult.Due due = ledger.due("acme", ledger.clockMillis());
        ledger.apply(due);
        end(due.changes().ends());

        // Then
        assertThat(due.hasEnds()).isTrue();
        assertThat(wide.vouchers().tokens()).isZero();
        assertThat(left()).isEqualTo(590);
    }

    @Test
    void shouldGiveBackTheRestAtOnce_whenTheLeaseIsSmallerThanWhatWasCharged() {
        // Given the account's own limit lends less meanwhile: (326 - 320) / 4
        WideStatement statement = visited(10);
        ledger.apply(
                ledger.decide(admission("acme", 313), null, WideStatements.UNASKED, ledger.clockMillis(), offset++));

        // When
        Lending lending = decide(WideStatements.of(List.of(statement)));
        List<WideEnd> ends = WideLedger.ends(List.of(statement), lending.result(), lending.tokens());
        end(ends);

        // Then
        assertThat(lending.tokens()).isEqualTo(1);
        assertThat(ends)
                .extracting(WideEnd::kept, WideEnd::returned, WideEnd::open)
                .containsExactly(tuple(1L, 8L, 1L));
        assertThat(left()).isEqualTo(598);
    }

    @Test
    void shouldGiveBackAll_whenTheVerdictRefuses() {
        // Given the account's own limit is used up meanwhile
        WideStatement statement = visited(10);
        ledger.apply(
                ledger.decide(admission("acme", 640), null, WideStatements.UNASKED, ledger.clockMillis(), offset++));

        // When
        Lending lending = decide(WideStatements.of(List.of(statement)));
        end(WideLedger.ends(List.of(statement), lending.result(), lending.tokens()));

        // Then
        assertThat(lending.tokens()).isZero();
        assertThat(left()).isEqualTo(600);
        assertThat(wide.vouchers().count()).isZero();
    }

    @Test
    void shouldLendNothing_whenTheBucketIsHalfEmpty() {
        // Given
        visited(admission("beta", 299), 0);

        // When
        WideStatement statement = visited(10);
        Lending lending = decide(WideStatements.of(List.of(statement)));

        // Then the request is admitted as ever
        assertThat(statement.lent()).isNull();
        assertThat(lending.tokens()).isZero();
        assertThat(lending.ttlMillis()).isZero();
        assertThat(((AdmissionResult.Decided) lending.result()).outcome().allowed())
                .isTrue();
    }

    @Test
    void shouldLendNothing_whenTheRulesHaveChangedSinceTheVisit() {
        // Given
        WideStatement statement = visited(10);
        ledger.activate(
                ruleset(2, limit("own", "account", 1, "1h", 640), limit("all", "global", 1, "1h", 600)),
                ledger.clockMillis());

        // When
        Lending lending = decide(WideStatements.of(List.of(statement)));
        end(WideLedger.ends(List.of(statement), lending.result(), lending.tokens()));

        // Then
        assertThat(lending.tokens()).isZero();
        assertThat(left()).isEqualTo(599);
    }

    @Test
    void shouldWishForNothing_whenTheLimitLendsNothing() {
        // Given
        Map<String, Object> exact = limit("all", "global", 1, "1h", 600);
        exact.put("exact", true);
        Map<String, Object> weighed = limit("all", "global", 1, "1h", 600);
        weighed.put("cost", "2 * cost");
        long revision = 2;
        for (Map<String, Object> all : List.of(exact, weighed)) {
            ledger.activate(ruleset(revision++, limit("own", "account", 1, "1h", 640), all), ledger.clockMillis());

            // When / Then
            assertThat(decide(WideStatements.NONE).result())
                    .isEqualTo(new AdmissionResult.Unvisited(List.of(ALL), /* wish= */ 0));
            assertThat(visited(10).lent()).isNull();
        }
    }

    @Test
    void shouldEndWithTheWindow_whenTheLimitHasOne() {
        // Given the window of an hour began at 0 s
        Map<String, Object> window = limit("all", "global", 1, "1h", 600);
        window.keySet().removeAll(List.of("rate", "burst"));
        window.putAll(Map.of("algorithm", "fixed-window", "limit", 600, "window", tree("per", "1h")));
        ledger.activate(ruleset(2, limit("own", "account", 1, "1h", 640), window), ledger.clockMillis());
        ledger.advance(3_596_000);
        ledger.mark(3_596_000);

        // When
        Lending lending = decide(WideStatements.of(List.of(visited(10))));

        // Then
        assertThat(lending.tokens()).isEqualTo(9);
        assertThat(lending.ttlMillis()).isEqualTo(4_000);
    }

    @Test
    void shouldEndWithTheFrontEndsTime_whenTheRequestWasOnTheRoad() {
        // Given the front end counts from its request on, and that is over 3 s ago
        WideStatement statement = visited(10);

        // When
        Lending lending = decide(WideStatements.of(List.of(statement)), /* roadMillis= */ 3_000);
        ledger.apply(lending.result());
        end(WideLedger.ends(List.of(statement), lending.result(), lending.tokens()));

        // Then it hears of the whole time, and the hold ends with that
        assertThat(lending.ttlMillis()).isEqualTo(TTL);
        assertThat(ledger.due("acme", TTL - 3_001).hasEnds()).isFalse();
        assertThat(ledger.due("acme", TTL - 3_000).hasEnds()).isTrue();
    }

    @Test
    void shouldGiveBackTheLease_whenMoreThanHalfOfItsTimeIsOverOnArrival() {
        // Given
        WideStatement statement = visited(10);

        // When
        Lending lending = decide(WideStatements.of(List.of(statement)), /* roadMillis= */ TTL / 2 + 1);
        end(WideLedger.ends(List.of(statement), lending.result(), lending.tokens()));

        // Then the request itself is admitted, and nothing waits for an end
        assertThat(((AdmissionResult.Decided) lending.result()).outcome().allowed())
                .isTrue();
        assertThat(lending.tokens()).isZero();
        assertThat(wide.vouchers().count()).isZero();
        assertThat(left()).isEqualTo(599);
    }

    @Test
    void shouldGiveBackNothing_whenAChangeHasCutWhatWasInUse() {
        // Given a lease of 9, and a limit of which all that is left is in use
        HoldKey lease = leased();
        ledger.activate(
                ruleset(2, limit("own", "account", 1, "1h", 640), limit("all", "global", 1, "1h", 5)),
                ledger.clockMillis());

        // When
        end(returned(lease, 0).changes().ends());

        // Then it is over all the same
        assertThat(wide.vouchers().count()).isZero();
        assertThat(left()).isZero();
    }

    @Test
    void shouldLeaveNothingOpen_whenTheLimitIsGoneBeforeTheLease() {
        // Given
        HoldKey lease = leased();
        ledger.activate(ruleset(2, limit("own", "account", 1, "1h", 640)), ledger.clockMillis());

        // When
        HoldResult.Ended ended = returned(lease, 0);
        end(ended.changes().ends());

        // Then
        assertThat(wide.vouchers().count()).isZero();
        assertThat(wide.vouchers().tokens()).isZero();
    }

    @Test
    void shouldGiveBackToTheBucket_whenItsLimitIsAwayForAWhile() {
        // Given a lease of 9 and its request, and the limit goes
        HoldKey lease = leased();
        ledger.activate(ruleset(2, limit("own", "account", 1, "1h", 640)), ledger.clockMillis());
        end(returned(lease, 4).changes().ends());

        // When it comes back
        ledger.activate(RULES_AGAIN, ledger.clockMillis());

        // Then what was spent is in use, and none of it is taken for open: a charge that ends gives back all of itself
        assertThat(left()).isEqualTo(595);
        WideStatement another = visited(0);
        end(WideLedger.ends(List.of(another), /* result= */ null));
        assertThat(left()).isEqualTo(595);
    }

    @Test
    void shouldHoldTheTokensOfEach_whenSeveralLimitsAreShared() {
        // Given the second lends less: 500 / 64
        ledger.activate(
                ruleset(2, limit("all", "global", 1, "1h", 600), limit("too", "global", 1, "1h", 500)),
                ledger.clockMillis());
        WideStatement all = visited(1_000);
        WideCharge charge = wide.charge(
                new WideName("too", ""),
                admission("acme", 1),
                new WideWish(all.lentTokens(), TTL),
                ledger.clockMillis(),
                offset++);
        wide.apply(charge);

        // When
        List<WideStatement> statements = List.of(all, charge.statement());
        Lending lending = decide(WideStatements.of(statements));
        ledger.apply(lending.result());
        end(WideLedger.ends(statements, lending.result(), lending.tokens()));

        // Then
        assertThat(lending.tokens()).isEqualTo(7);
        assertThat(wide.vouchers().tokens()).isEqualTo(14);
        end(returned(new HoldKey("acme", HoldKind.LEASE, offset - 1), 3)
                .changes()
                .ends());
        assertThat(wide.vouchers().tokens()).isZero();
        assertThat(left()).isEqualTo(596);
    }

    @Test
    void shouldNameTheOpenPart_whenAVoucherEndsInPart() {
        WideVoucher voucher = new WideVoucher(0, 1, 2, 3, "", 31);
        WideEnd end = new WideEnd("all", voucher, /* returned= */ 6, /* open= */ 24);
        assertThat(List.of(end.ended(), end.kept())).containsExactly(7L, 1L);
    }
}
