package io.sluice.engine.ledger;

import static io.sluice.engine.ledger.PenaltyRules.penalties;
import static io.sluice.engine.ledger.PenaltyRules.rule;
import static io.sluice.engine.ledger.PenaltyRules.rung;
import static io.sluice.engine.ledger.PenaltyRules.scale;
import static io.sluice.engine.ledger.PenaltyRules.with;
import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.controlplane.Author;
import io.sluice.engine.penalty.PenaltyAction;
import io.sluice.engine.penalty.PenaltyEvent;
import io.sluice.engine.penalty.PenaltyMatch;
import io.sluice.engine.profile.ProfileAction;
import io.sluice.engine.profile.ProfileCommand;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who is refused again and again is kept out for a while, then for longer, and then forgotten. */
final class LedgerPenaltiesTest {
    private static final long HOUR = 3_600_000;

    private LedgerHarness harness = LedgerHarness.empty();

    private void given(Map<String, Object> penalties) {
        harness = LedgerHarness.with(PenaltyRules.ruleset(1, penalties));
    }

    private Outcome ask(long atMillis, String clientId) {
        return harness.admit(atMillis, admission(clientId, 1));
    }

    /** One request that is let through, and as many as are refused before a penalty begins. */
    private void relapse(long atMillis, String clientId) {
        for (int i = 0; i < 4; i++) {
            ask(atMillis, clientId);
        }
    }

    private List<PenaltyEvent> ends(long atMillis, String account) {
        PenaltyChange change = harness.ledger.endedPenalties(account, harness.goTo(atMillis));
        if (change == null) {
            return List.of();
        }
        harness.ledger.apply(change);
        return change.events();
    }

    @Test
    void shouldRefuseUntilTheEnd_whenDeniedTooOften() {
        // Given
        given(penalties(rule(rung("deny", "1m"))));

        // When
        relapse(1_000, "acme/a");
        Outcome during = ask(2_000, "acme/a");
        Outcome last = ask(60_999, "acme/a");
        Outcome after = ask(61_000, "acme/a");

        // Then
        assertThat(during.reason()).isEqualTo(Reason.PENALTY);
        assertThat(during.penalty())
                .isEqualTo(new PenaltyMatch(
                        "p",
                        "acme/a",
                        true,
                        1,
                        1,
                        PenaltyAction.DENY,
                        61_000,
                        during.penalty().begunAtOffset()));
        assertThat(during.retryAfterMillis()).isEqualTo(59_000);
        assertThat(during.limits()).isEmpty();
        assertThat(last.retryAfterMillis()).isEqualTo(1);
        assertThat(after.reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(after.penalty()).isNull();
    }

    @Test
    void shouldTouchNobodyElse_whenOneClientIsPenalised() {
        // Given
        given(penalties(rule(rung("deny", "1m"))));

        // When
        relapse(1_000, "acme/a");

        // Then
        assertThat(ask(2_000, "acme/b").allowed()).isTrue();
        assertThat(ask(2_000, "beta/a").allowed()).isTrue();
    }

    @Test
    void shouldRefuseEveryClient_whenTheAccountIsTheSubject() {
        // Given
        given(penalties(with(rule(rung("deny", "1m")), "scope", "account")));

        // When
        ask(1_000, "acme/a");
        ask(1_000, "acme/a");
        ask(1_000, "acme/b");
        ask(1_000, "acme/b");
        ask(1_000, "acme/b");

        // Then
        assertThat(ask(2_000, "acme/c").reason()).isEqualTo(Reason.PENALTY);
        assertThat(ask(2_000, "beta/a").allowed()).isTrue();
    }

    @Test
    void shouldCountOnlyTheWindow_whenDenialsAreFarApart() {
        // Given
        given(penalties(rule(rung("deny", "1m"))));
        ask(1_000, "acme/a");

        // When
        ask(1_000, "acme/a");
        ask(2_000, "acme/a");
        Outcome next = ask(11_000, "acme/a");
        ask(12_000, "acme/a");
        Outcome third = ask(20_999, "acme/a");

        // Then
        assertThat(next.reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(third.reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(ask(21_000, "acme/a").reason()).isEqualTo(Reason.PENALTY);
    }

    @Test
    void shouldClimbStayAndDecay_whenItHappensAgain() {
        // Given
        given(penalties(rule(rung("deny", "1m"), rung("challenge", "10m"))));

        // When
        relapse(0, "acme/a");
        PenaltyMatch first = ask(1, "acme/a").penalty();
        relapse(60_000, "acme/a");
        PenaltyMatch second = ask(60_001, "acme/a").penalty();
        relapse(700_000, "acme/a");
        PenaltyMatch third = ask(700_001, "acme/a").penalty();
        // One hour after the end one rung is forgotten, and the next one an hour later.
        long end = third.untilMillis();
        relapse(end + 2 * HOUR, "acme/a");
        PenaltyMatch anew = ask(end + 2 * HOUR + 1, "acme/a").penalty();
        relapse(anew.untilMillis() + HOUR - 1, "acme/a");
        PenaltyMatch relapsed = ask(anew.untilMillis() + HOUR, "acme/a").penalty();

        // Then
        assertThat(first.rung()).isEqualTo(1);
        assertThat(second)
                .isEqualTo(new PenaltyMatch(
                        "p", "acme/a", true, 2, 2, PenaltyAction.CHALLENGE, 660_000, second.begunAtOffset()));
        assertThat(third.rung()).isEqualTo(2);
        assertThat(anew.rung()).isEqualTo(1);
        assertThat(relapsed.rung()).isEqualTo(2);
    }

    @Test
    void shouldLastLonger_whenRequestsExtendIt() {
        // Given
        given(penalties(with(rule(rung("deny", "1m")), "extend", true)));
        relapse(0, "acme/a");

        // When
        Outcome during = ask(50_000, "acme/a");
        Outcome later = ask(100_000, "acme/a");
        Outcome peek = harness.admit(150_000, admission("acme/a", 0));
        Outcome over = ask(160_000, "acme/a");

        // Then
        assertThat(during.penalty().untilMillis()).isEqualTo(60_000);
        assertThat(later.penalty().untilMillis()).isEqualTo(110_000);
        assertThat(peek.penalty().untilMillis()).isEqualTo(160_000);
        assertThat(over.penalty()).isNull();
    }

    @Test
    void shouldLeaveTheCountAlone_whenAnotherRulesPenaltyRefuses() {
        // Given
        Map<String, Object> slow =
                with(rule(rung("deny", "1m")), "id", "slow", "extend", true, "after", tree("denials", 9, "per", "10m"));
        given(penalties(rule(rung("deny", "1m")), slow));
        relapse(0, "acme/a");

        // When
        Outcome refused = ask(1, "acme/a");

        // Then
        assertThat(refused.penalty().ruleId()).isEqualTo("p");
        assertThat(harness.store.penalties("acme").entries())
                .last()
                .satisfies(entry -> assertThat(entry.counted()).isEqualTo(3));
    }

    @Test
    void shouldOnlySayWhatWouldBe_whenInShadow() {
        // Given
        given(penalties(with(rule(rung("deny", "1m")), "mode", "shadow", "limits", List.of("l"))));
        relapse(0, "acme/a");

        // When
        Outcome refused = ask(1, "acme/a");
        Outcome allowed = ask(2, "acme/b");

        // Then
        assertThat(refused.reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(refused.penalty().enforced()).isFalse();
        assertThat(refused.penalty().untilMillis()).isEqualTo(60_000);
        assertThat(allowed.penalty()).isNull();
        harness.activate(3, PenaltyRules.ruleset(2, penalties(rule(rung("deny", "1m")))));
        assertThat(ask(4, "acme/a").penalty()).as("what was counted in shadow").isNull();
    }

    @Test
    void shouldTakeMoreOfEachLimit_whenLimitsComputeTheirOwnCost() {
        // Given a limit of one for each request, one of the cost and two, and one of the cost alone
        Map<String, Object> requests = limit("requests", 1, "1s", 20);
        requests.put("cost", 1);
        Map<String, Object> more = limit("more", 1, "1s", 90);
        more.put("cost", "cost + 2");
        Map<String, Object> document = document(limit("l", 1, "1s", 10), requests, more);
        document.put("penalties", penalties(rule(scale("20%", "1m"))));
        harness = LedgerHarness.with(compiled(1, document));
        harness.admit(0, admission("acme/a", 10));
        relapse(0, "acme/a");

        // When the limits are at a fifth
        Outcome scaled = ask(20_000, "acme/a");

        // Then each takes five times what it does
        assertThat(scaled.limits())
                .extracting(limit -> limit.metered() == null
                        ? scaled.cost()
                        : limit.metered().charged())
                .containsExactly(5L, 5L, 15L);
    }

    @Test
    void shouldTakeMore_whenLimitsAreScaledDown() {
        // Given
        Map<String, Object> document = document(limit("l", 1, "1s", 10));
        document.put("penalties", penalties(rule(scale("20%", "1m"))));
        harness = LedgerHarness.with(compiled(1, document));
        harness.admit(0, admission("acme/a", 10));
        relapse(0, "acme/a");

        // When
        Outcome scaled = ask(10_000, "acme/a");
        Outcome second = ask(10_000, "acme/a");
        Outcome third = ask(10_000, "acme/a");

        // Then
        assertThat(scaled.allowed()).isTrue();
        assertThat(scaled.charged()).isEqualTo(5);
        assertThat(scaled.penalty().action()).isEqualTo(PenaltyAction.SCALE);
        assertThat(second.allowed()).isTrue();
        assertThat(third.reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(third.retryAfterMillis()).isEqualTo(5_000);
    }

    @Test
    void shouldNotPenalise_whenAllowListedOrOnlyPeekingOrInShadow() {
        // Given
        Map<String, Object> shadow = limit("l", 1, "1h", 1);
        shadow.put("mode", "shadow");
        Map<String, Object> document = document(shadow, limit("m", 1, "1h", 1));
        document.put("penalties", penalties(with(rule(rung("deny", "1m")), "limits", List.of("l"))));
        document.put(
                "lists", List.of(tree("id", "f", "access", "allow", "entries", List.of(tree("account", "friend")))));
        harness = LedgerHarness.with(compiled(1, document));

        // When
        for (int i = 0; i < 10; i++) {
            ask(i, "acme/a");
            ask(i, "friend/a");
            harness.admit(i, admission("beta/a", 0));
        }

        // Then
        assertThat(harness.store.penalties()).isEmpty();
        assertThat(ask(20, "acme/a").reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
    }

    @Test
    void shouldKeepTrackOfSomeClientsOnly_whenNamesAreInvented() {
        // Given
        Map<String, Object> penalties = penalties(rule(rung("deny", "1m")));
        penalties.put("clientsPerAccount", 2);
        given(penalties);

        // When
        for (int i = 0; i < 60; i++) {
            ask(0, "acme/" + i);
            ask(0, "acme/" + i);
        }
        AdmissionResult.Decided untracked =
                (AdmissionResult.Decided) harness.ledger.decide(admission("acme/70", 1), null, 0, 1_000);

        // Then
        assertThat(harness.store.penalties("acme").entries()).hasSize(2);
        assertThat(untracked.penalties().untracked()).isEqualTo(1);
    }

    @Test
    void shouldKeepTrackOfSomeAccountsOnly_whenAccountsAreInvented() {
        // Given
        Map<String, Object> penalties = penalties(rule(rung("deny", "1m")));
        penalties.put("accountsPerPartition", 3);
        given(penalties);

        // When
        for (int i = 0; i < 20; i++) {
            ask(0, "a" + i);
            ask(0, "a" + i);
        }
        relapse(1, "a0");

        // Then
        assertThat(harness.store.penalties()).hasSize(3);
        assertThat(ask(2, "a0").reason()).isEqualTo(Reason.PENALTY);
        assertThat(ask(2, "a19").reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
    }

    @Test
    void shouldPenaliseTheAccount_whenItsClientsInventNames() {
        // Given
        Map<String, Object> rule = with(rule(rung("deny", "1m")), "scope", "account");
        rule.put("after", tree("names", 5, "per", "10s"));
        given(penalties(rule));
        for (int i = 0; i < 50; i++) {
            ask(0, "acme/old-" + i);
        }

        // When
        for (int i = 0; i < 4; i++) {
            ask(1, "acme/new-" + i);
            ask(1, "acme/new-" + i);
        }
        Outcome before = ask(2, "acme/new-0");
        ask(2, "acme/new-4");

        // Then
        assertThat(before.penalty()).isNull();
        assertThat(ask(3, "acme/new-9").reason()).isEqualTo(Reason.PENALTY);
    }

    @Test
    void shouldGrantNoLease_whenPenalised() {
        // Given
        given(penalties(rule(rung("deny", "1m"), scale("50%", "1m"))));
        LeaseDemand demand = new LeaseDemand(admission("acme/a", 1), 10, 1_000);

        // When
        relapse(0, "acme/a");
        LeaseResult denied = harness.lease(1, demand);
        relapse(60_000, "acme/a");
        LeaseResult scaled = harness.lease(60_001, demand);

        // Then
        assertThat(denied.tokens()).isZero();
        assertThat(denied.decided().outcome().reason()).isEqualTo(Reason.PENALTY);
        assertThat(scaled.decided().outcome().reason()).isEqualTo(Reason.NOT_LEASABLE);
    }

    @Test
    void shouldCountReportedDenials_whenFrontEndsRepeatThem() {
        // Given
        given(penalties(rule(rung("deny", "1m"))));
        ask(0, "acme/a");

        // When
        PenaltyChange change = harness.ledger.reported(admission("acme/a", 0), 3, harness.goTo(1));
        harness.ledger.apply(change);

        // Then
        assertThat(change.revokes()).isTrue();
        assertThat(ask(2, "acme/a").reason()).isEqualTo(Reason.PENALTY);
        assertThat(harness.ledger.reported(admission("acme/a", 0), 3, harness.goTo(3)))
                .isNull();
    }

    @Test
    void shouldTellOfTheEndOnce_whenTheAccountComesAgain() {
        // Given
        given(penalties(rule(rung("deny", "1m"))));
        relapse(0, "acme/a");

        // When
        List<PenaltyEvent> early = ends(59_999, "acme");
        List<PenaltyEvent> ended = ends(100_000, "acme");
        List<PenaltyEvent> again = ends(100_001, "acme");

        // Then
        assertThat(early).isEmpty();
        assertThat(ended).singleElement().satisfies(event -> {
            assertThat(event.isStart()).isFalse();
            assertThat(event.atMillis()).isEqualTo(60_000);
        });
        assertThat(again).isEmpty();
    }

    private ProfileResult pardon(long atMillis, String clientId) {
        long version = harness.ledger.profile("acme").version();
        return harness.change(
                atMillis,
                new ProfileCommand(
                        "acme",
                        "c" + version,
                        version,
                        new Author("ann", "sorry"),
                        new ProfileAction.Pardon(clientId)));
    }

    @Test
    void shouldRefuseToPardon_whenNothingCountsAnyMore() {
        // Given: what is remembered has lapsed, and no clean-up has been there
        given(penalties(rule(rung("deny", "1m"))));
        relapse(0, "acme/a");
        long muchLaterMillis = Duration.ofDays(365).toMillis();

        // When
        ProfileResult ofOne = pardon(muchLaterMillis, "acme/a");
        ProfileResult ofAll = pardon(muchLaterMillis, null);

        // Then: as after a clean-up
        assertThat(ofOne).isInstanceOf(ProfileResult.Refused.class);
        assertThat(ofAll).isInstanceOf(ProfileResult.Refused.class);
    }

    @Test
    void shouldForget_whenPardoned() {
        // Given
        given(penalties(rule(rung("deny", "1m"), rung("deny", "1h"))));
        relapse(0, "acme/a");
        relapse(0, "acme/b");

        // When
        ProfileResult ofNobody = pardon(1, "acme/c");
        ProfileResult ofOne = pardon(2, "acme/a");
        Outcome pardoned = ask(3, "acme/a");
        Outcome other = ask(3, "acme/b");
        ProfileResult ofAll = pardon(4, null);

        // Then
        assertThat(ofNobody).isInstanceOf(ProfileResult.Refused.class);
        assertThat(((ProfileResult.Refused) ofNobody).refusal()).isEqualTo(ProfileResult.Refusal.NOT_PENALISED);
        assertThat(ofOne).isInstanceOf(ProfileResult.Accepted.class);
        assertThat(pardoned.reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(other.reason()).isEqualTo(Reason.PENALTY);
        assertThat(ofAll).isInstanceOf(ProfileResult.Accepted.class);
        assertThat(ask(5, "acme/b").penalty()).isNull();
        assertThat(ask(6, "acme/a").penalty()).isNull();
        assertThat(ask(7, "acme/a").reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
    }

    @Test
    void shouldRefuseTheBatchAndCountIt_whenOneCheckIsRefused() {
        // Given
        given(penalties(rule(rung("deny", "1m"))));
        BatchEvaluator batches = new BatchEvaluator(harness.ledger, harness.store);
        ask(0, "acme/a");

        // When
        for (int i = 0; i < 3; i++) {
            batches.apply(batches.decide(
                    List.of(admission("acme/b", 1), admission("acme/a", 1)), null, harness.goTo(i), 100 + i));
        }
        BatchResult.Decided refused = (BatchResult.Decided)
                batches.decide(List.of(admission("acme/b", 1), admission("acme/a", 1)), null, harness.goTo(4), 200);

        // Then
        assertThat(refused.outcome().refusedCheck()).isEqualTo(1);
        assertThat(refused.outcome().outcome().reason()).isEqualTo(Reason.PENALTY);
        assertThat(ask(5, "acme/b").allowed()).isTrue();
    }
}
