package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.controlplane.Author;
import io.sluice.engine.credit.Credit;
import io.sluice.engine.ledger.LedgerExplanation.Matched;
import io.sluice.engine.ledger.ProfileResult.Accepted;
import io.sluice.engine.ledger.ProfileResult.Refusal;
import io.sluice.engine.ledger.ProfileResult.Refused;
import io.sluice.engine.profile.ProfileAction;
import io.sluice.engine.profile.ProfileAction.AddCredit;
import io.sluice.engine.profile.ProfileAction.RemoveCredit;
import io.sluice.engine.profile.ProfileCommand;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.PriorityLevel;
import io.sluice.engine.state.CreditStatus;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.Reason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Credits by example: who has them, when they are used, and what they are not good for. */
final class LedgerCreditsTest {
    private static final long DAY = 86_400_000L;

    /** Ten tokens by account and day, at once; five by client. */
    private final LedgerHarness harness = under(limit("daily", "account", 10, "1d", 10));

    @SafeVarargs
    private static LedgerHarness under(Map<String, Object>... limits) {
        return LedgerHarness.with(compiled(1, document(limits)));
    }

    private static AddCredit credit(String id, long tokens, long untilMillis) {
        return new AddCredit(id, "daily", List.of(), tokens, /* first= */ false, 0, untilMillis);
    }

    private static ProfileResult change(LedgerHarness harness, long atMillis, ProfileAction action) {
        long version = harness.store.profile("acme").version();
        return harness.change(
                atMillis,
                new ProfileCommand("acme", "c-" + harness.nextOffset(), version, new Author("alice", "why"), action));
    }

    private void add(ProfileAction.AddCredit credit) {
        assertThat(change(harness, 0, credit)).isInstanceOf(Accepted.class);
    }

    private static Refusal refused(LedgerHarness harness, long atMillis, ProfileAction action) {
        return ((Refused) change(harness, atMillis, action)).refusal();
    }

    private Outcome admit(long atMillis, long cost) {
        return harness.admit(atMillis, admission("acme", cost));
    }

    private static LimitOutcome only(Outcome outcome) {
        assertThat(outcome.limits()).hasSize(1);
        return outcome.limits().get(0);
    }

    @Test
    void shouldUseTheCreditAfterTheLimit_whenItIsNotFirst() {
        // Given
        add(credit("order", 100, DAY));

        // When
        LimitOutcome within = only(admit(1, 8));
        LimitOutcome beyond = only(admit(1, 5));

        // Then
        assertThat(within.remaining()).isEqualTo(102);
        assertThat(within.credit()).isEqualTo(new CreditStatus(100, 0));
        assertThat(beyond.remaining()).isEqualTo(97);
        assertThat(beyond.credit()).isEqualTo(new CreditStatus(97, 3));
        assertThat(beyond.capacity()).isEqualTo(10);
    }

    @Test
    void shouldUseTheCreditBeforeTheLimit_whenItIsFirst() {
        // Given
        add(new AddCredit("trial", "daily", List.of(), 4, /* first= */ true, 0, DAY));

        // When
        LimitOutcome outcome = only(admit(1, 6));

        // Then
        assertThat(outcome.credit()).isEqualTo(new CreditStatus(0, 4));
        assertThat(outcome.remaining()).isEqualTo(8);
    }

    @Test
    void shouldUseTheCreditThatEndsFirst_whenThereAreTwo() {
        // Given
        add(credit("long", 5, 2 * DAY));
        add(credit("short", 5, DAY));

        // When
        admit(1, 13);

        // Then
        assertThat(harness.ledger.creditsLeft("acme", harness.store.profile("acme")))
                .containsExactly(Map.entry("long", 5L), Map.entry("short", 2L));
    }

    @Test
    void shouldCountOnlyFromItsBeginningToItsEnd() {
        // Given
        add(new AddCredit("later", "daily", List.of(), 5, /* first= */ false, 1_000, 2_000));

        // When / Then
        assertThat(admit(999, 11).reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(admit(999, 11).retryAfterMillis()).isEqualTo(1);
        assertThat(only(admit(1_000, 0)).remaining()).isEqualTo(15);
        assertThat(only(admit(2_000, 0)).remaining()).isEqualTo(10);
        assertThat(only(admit(2_000, 0)).credit()).isNull();
    }

    @Test
    void shouldAnnounceTheNextToken_whenACreditBegins() {
        // Given
        add(new AddCredit("later", "daily", List.of(), 5, /* first= */ false, 1_000, 2_000));
        admit(10, 10);

        // When / Then
        assertThat(only(admit(600, 0)).nextTokenMillis()).isEqualTo(400);
        assertThat(only(admit(1_000, 0)).nextTokenMillis()).isGreaterThan(1_000_000);
        assertThat(harness.ledger.quota(admission("acme", 0), 1_000).get(0).remaining())
                .isEqualTo(5);
    }

    @Test
    void shouldNeverAdmit_whenTheCreditsToComeDoNotSuffice() {
        // Given
        add(credit("order", 5, DAY));

        // When
        Outcome outcome = admit(1, 16);

        // Then
        assertThat(outcome.reason()).isEqualTo(Reason.COST_ABOVE_CAPACITY);
        assertThat(outcome.retryAfterMillis()).isEqualTo(Algorithm.NEVER);
        assertThat(only(outcome).remaining()).isEqualTo(15);
    }

    @Test
    void shouldBelongToOneClient_whenTheLimitCountsByClient() {
        // Given
        LedgerHarness byClient = under(limit("daily", 10, "1d", 10));
        AddCredit ofAlice = new AddCredit("order", "daily", List.of("acme/alice"), 5, false, 0, DAY);
        change(byClient, 0, ofAlice);

        // When / Then
        assertThat(only(byClient.admit(1, admission("acme/alice", 15))).retryAfterMillis())
                .isZero();
        assertThat(only(byClient.admit(1, admission("acme/bob", 0))).remaining())
                .isEqualTo(10);
        assertThat(refused(byClient, 1, credit("other", 1, DAY))).isEqualTo(Refusal.UNKNOWN_BUCKET);
    }

    @Test
    void shouldNotBeKeptForHigherPriorities() {
        // Given
        Map<String, Object> limit = limit("daily", "account", 10, "1d", 10);
        limit.put("keepFor", Map.of("high", "50%"));
        LedgerHarness keeping = under(limit);
        change(keeping, 0, credit("order", 2, DAY));

        // When
        Admission low = admission("acme", 7).withPriority(PriorityLevel.LOW);
        LimitOutcome outcome = only(keeping.admit(1, low));

        // Then
        assertThat(outcome.retryAfterMillis()).isZero();
        assertThat(outcome.credit()).isEqualTo(new CreditStatus(0, 2));
        assertThat(only(keeping.admit(1, admission("acme", 1).withPriority(PriorityLevel.LOW)))
                        .retryAfterMillis())
                .isPositive();
    }

    @Test
    void shouldWaitForTheRest_whenTheLimitThrottles() {
        // Given
        Map<String, Object> limit = limit("daily", "account", 1, "1s", 10);
        limit.putAll(Map.of("onExceed", "throttle", "maxWait", "5s"));
        LedgerHarness throttling = under(limit);
        change(throttling, 0, credit("order", 3, DAY));

        // When
        Outcome outcome = throttling.admit(1, admission("acme", 10));
        Outcome rest = throttling.admit(1, admission("acme", 5));

        // Then
        assertThat(outcome.delayMillis()).isZero();
        assertThat(rest.reason()).isEqualTo(Reason.THROTTLED);
        assertThat(rest.delayMillis()).isEqualTo(2_000);
        assertThat(only(rest).credit()).isEqualTo(new CreditStatus(0, 3));
    }

    @Test
    void shouldUseNone_whenTheLimitIsInShadow() {
        // Given
        Map<String, Object> limit = limit("daily", "account", 10, "1d", 10);
        limit.put("mode", "shadow");
        LedgerHarness shadow = under(limit);
        change(shadow, 0, credit("order", 5, DAY));

        // When
        LimitOutcome outcome = only(shadow.admit(1, admission("acme", 12)));

        // Then
        assertThat(outcome.refused()).isTrue();
        assertThat(outcome.credit()).isNull();
        assertThat(shadow.store.usedCredits("acme").isEmpty()).isTrue();
    }

    @Test
    void shouldSurviveAReset_whenTheBucketBeginsAnew() {
        // Given
        add(credit("order", 5, DAY));
        admit(1, 13);

        // When
        change(harness, 2, new ProfileAction.Reset(null, null));

        // Then
        assertThat(only(admit(3, 0)).credit()).isEqualTo(new CreditStatus(2, 0));
        assertThat(only(admit(3, 0)).remaining()).isEqualTo(12);
    }

    @Test
    void shouldShowUpInExplanationAndQuota() {
        // Given
        add(credit("order", 5, DAY));

        // When
        LedgerExplanation explained = new Explainer(harness.ledger).explain(admission("acme", 12), 1, 7);

        // Then
        Matched matched = (Matched) explained.limits().get(0);
        assertThat(matched.effect().before()).isEqualTo(15);
        assertThat(matched.effect().after()).isEqualTo(3);
        assertThat(harness.ledger.quota(admission("acme", 0), 1).get(0).credit())
                .isEqualTo(new CreditStatus(5, 0));
    }

    @Test
    void shouldAnswerTheSame_whenTheIdempotencyKeyIsRepeated() {
        // Given
        add(credit("order", 5, DAY));
        Outcome first = ((AdmissionResult.Decided) harness.evaluate(1, admission("acme", 12), "key")).outcome();

        // When
        AdmissionResult again = harness.evaluate(2, admission("acme", 12), "key");

        // Then
        assertThat(again).isEqualTo(new AdmissionResult.Replayed(first));
        assertThat(only(admit(3, 0)).remaining()).isEqualTo(3);
    }

    @Test
    void shouldGiveNothingToALaterCreditOfTheSameName() {
        // Given
        add(credit("order", 5, 100));
        harness.admit(1, admission("acme", 12).reserving(50_000));
        change(harness, 200, credit("order", 7, DAY));

        // When
        harness.settle(
                300, new HoldAction(new HoldKey("acme", HoldKind.RESERVATION, 1), "acme", HoldOutcome.CANCELLED, 0));

        // Then
        assertThat(only(admit(301, 0)).credit()).isEqualTo(new CreditStatus(7, 0));
        assertThat(only(admit(301, 0)).remaining()).isEqualTo(17);
    }

    @Test
    void shouldRefuseCommands_whenTheyMakeNoSense() {
        // Given
        Map<String, Object> queue = tree(
                "id",
                "queue",
                "scope",
                "account",
                "algorithm",
                "leaky-bucket",
                "rate",
                tree("tokens", 1L, "per", "1s"));
        queue.put("queue", 5L);
        Map<String, Object> slots =
                tree("id", "slots", "scope", "account", "algorithm", "concurrency", "limit", 5L, "ttl", "1h");
        LedgerHarness several = under(limit("daily", "account", 10, "1d", 10), queue, slots);
        change(several, 10, credit("order", 5, DAY));

        // When / Then
        assertThat(refused(several, 11, credit("order", 5, DAY))).isEqualTo(Refusal.CREDIT_EXISTS);
        assertThat(refused(several, 11, credit("late", 5, 11))).isEqualTo(Refusal.ALREADY_OVER);
        assertThat(refused(several, 11, new RemoveCredit("none"))).isEqualTo(Refusal.UNKNOWN_CREDIT);
        assertThat(refused(several, 11, new AddCredit("a", "none", List.of(), 1, false, 0, DAY)))
                .isEqualTo(Refusal.UNKNOWN_LIMIT);
        for (String limitId : List.of("queue", "slots")) {
            assertThat(refused(several, 11, new AddCredit("a", limitId, List.of(), 1, false, 0, DAY)))
                    .isEqualTo(Refusal.NOT_CREDITABLE);
        }
    }

    @Test
    void shouldMakeRoom_whenTheOldestIsUsedUp() {
        // Given
        for (int i = 0; i < Credit.BUCKET_CREDITS_MAX; i++) {
            add(credit("order-" + i, 1, Credit.FOR_EVER));
        }
        assertThat(refused(harness, 0, credit("one-more", 1, DAY))).isEqualTo(Refusal.TOO_MANY_CREDITS);

        // When
        admit(1, 11);

        // Then
        assertThat(change(harness, 2, credit("one-more", 1, DAY))).isInstanceOf(Accepted.class);
        assertThat(harness.store.profile("acme").credits())
                .hasSize(Credit.BUCKET_CREDITS_MAX)
                .noneMatch(credit -> credit.id().equals("order-0"));
    }

    @Test
    void shouldKeepACredit_whenAReservationHoldsAllOfIt() {
        // Given
        for (int i = 0; i < Credit.BUCKET_CREDITS_MAX; i++) {
            add(credit("order-" + i, 1, Credit.FOR_EVER));
        }
        long reservation = harness.nextOffset();
        harness.admit(1, admission("acme", 11).reserving(50_000));
        harness.admit(1, admission("acme", 1).reserving(100));
        HoldKey key = new HoldKey("acme", HoldKind.RESERVATION, reservation);

        // When
        Refusal whileReserved = refused(harness, 2, credit("one-more", 1, DAY));
        admit(3, 1);
        ProfileResult afterUse = change(harness, 4, credit("one-more", 1, DAY));
        Refusal onceMore = refused(harness, 5, credit("and-more", 1, DAY));
        harness.settle(6, new HoldAction(key, "acme", HoldOutcome.CANCELLED, 0));

        // Then
        assertThat(whileReserved).isEqualTo(Refusal.TOO_MANY_CREDITS);
        assertThat(afterUse).isInstanceOf(Accepted.class);
        assertThat(onceMore).isEqualTo(Refusal.TOO_MANY_CREDITS);
        assertThat(harness.ledger.creditsLeft("acme", harness.store.profile("acme")))
                .hasSize(Credit.BUCKET_CREDITS_MAX)
                .contains(Map.entry("order-0", 1L), Map.entry("order-1", 0L))
                .doesNotContainKey("order-2");
        assertThat(refused(harness, 101, credit("and-more", 1, DAY)))
                .as("what expired came back")
                .isEqualTo(Refusal.TOO_MANY_CREDITS);
        assertThat(only(admit(102, 0)).credit()).isEqualTo(new CreditStatus(16, 0));
    }

    @Test
    void shouldMakeRoom_whenTheReservationIsCommitted() {
        // Given
        for (int i = 0; i < Credit.BUCKET_CREDITS_MAX; i++) {
            add(credit("order-" + i, 1, Credit.FOR_EVER));
        }
        long reservation = harness.nextOffset();
        harness.admit(1, admission("acme", 11).reserving(50_000));

        // When
        HoldKey key = new HoldKey("acme", HoldKind.RESERVATION, reservation);
        harness.settle(2, new HoldAction(key, "acme", HoldOutcome.COMMITTED, 11));

        // Then
        assertThat(change(harness, 3, credit("one-more", 1, DAY))).isInstanceOf(Accepted.class);
        assertThat(harness.store.profile("acme").credits())
                .noneMatch(credit -> credit.id().equals("order-0"));
    }

    @Test
    void shouldLendTheLimitsOwnTokensOnly_whenThereIsACreditAfterThem() {
        // Given
        add(credit("order", 100, DAY));

        // When
        LeaseResult own = harness.lease(1, new LeaseDemand(admission("acme", 8), 0, 1_000));
        LeaseResult beyond = harness.lease(2, new LeaseDemand(admission("acme", 8), 0, 1_000));

        // Then
        assertThat(own.tokens()).isEqualTo(8);
        assertThat(beyond.tokens()).isZero();
        assertThat(beyond.decided().outcome().reason()).isEqualTo(Reason.NOT_LEASABLE);
        assertThat(admit(3, 8).allowed()).isTrue();
    }

    @Test
    void shouldLendAndDeny_whenOnlyALimitWithEnoughHasACredit() {
        // Given
        LedgerHarness two =
                under(limit("daily", "account", 1_000, "1d", 1_000), limit("hourly", "account", 10, "1h", 10));
        change(two, 0, credit("order", 100, DAY));

        // When
        LeaseResult rest = two.lease(1, new LeaseDemand(admission("acme", 12), 0, 1_000));
        LeaseResult none = two.lease(2, new LeaseDemand(admission("acme", 1), 0, 1_000));
        change(two, 3, new AddCredit("more", "hourly", List.of(), 5, /* first= */ false, 0, DAY));
        LeaseResult withCredit = two.lease(4, new LeaseDemand(admission("acme", 1), 0, 1_000));

        // Then
        assertThat(rest.tokens()).isEqualTo(10);
        assertThat(none.tokens()).isZero();
        assertThat(none.decided().outcome().reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(withCredit.decided().outcome().reason()).isEqualTo(Reason.NOT_LEASABLE);
    }
}
