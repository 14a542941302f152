package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.controlplane.Author;
import io.sluice.engine.profile.ProfileAction;
import io.sluice.engine.profile.ProfileCommand;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.ruleset.LimitOverride;
import io.sluice.engine.ruleset.PriorityLevel;
import io.sluice.engine.state.DebtStatus;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Limits that admissions may exceed by a share before they refuse. */
final class LedgerGraceTest {
    /** 20 an hour, and 2 more. */
    private static Map<String, Object> quota() {
        return tree(
                "id",
                "quota",
                "scope",
                "account",
                "algorithm",
                "fixed-window",
                "limit",
                20,
                "window",
                tree("per", "1h"),
                "grace",
                "10%");
    }

    private static LimitOutcome only(Outcome outcome) {
        return outcome.limits().get(0);
    }

    @Test
    void shouldAdmitWithinTheGraceAndSaySo_whenTheLimitIsExceeded() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, quota()));
        Outcome within = harness.admit(0, admission("acme", 20));

        // When
        Outcome exceeding = harness.admit(0, admission("acme", 1));
        Outcome tooMuch = harness.admit(0, admission("acme", 2));
        Outcome last = harness.admit(0, admission("acme", 1));
        Outcome refused = harness.admit(0, admission("acme", 1));

        // Then
        assertThat(within.reason()).isEqualTo(Reason.WITHIN_LIMITS);
        assertThat(only(within).debt()).isEqualTo(new DebtStatus(0, 2));
        assertThat(exceeding.reason()).isEqualTo(Reason.WITHIN_GRACE);
        assertThat(exceeding.allowed()).isTrue();
        assertThat(exceeding.charged()).isEqualTo(1);
        assertThat(only(exceeding).capacity()).isEqualTo(20);
        assertThat(only(exceeding).remaining()).isZero();
        assertThat(only(exceeding).debt()).isEqualTo(new DebtStatus(1, 2));
        assertThat(tooMuch.reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(last.reason()).isEqualTo(Reason.WITHIN_GRACE);
        assertThat(only(last).debt().graceRemaining()).isZero();
        assertThat(refused.reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(refused.retryAfterMillis()).isEqualTo(3_600_000);
        assertThat(harness.admit(3_600_000, admission("acme", 1)).reason())
                .as("a new window")
                .isEqualTo(Reason.WITHIN_LIMITS);
    }

    @Test
    void shouldSayWithinGrace_whenOneAdmissionCrossesTheLimit() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, quota()));

        // When
        Outcome outcome = harness.admit(0, admission("acme", 22));

        // Then
        assertThat(outcome.reason()).isEqualTo(Reason.WITHIN_GRACE);
        assertThat(harness.admit(0, admission("globex", 23)).reason()).isEqualTo(Reason.COST_ABOVE_CAPACITY);
    }

    @Test
    void shouldWaitForTheGraceToRefill_whenABucketIsInDebt() {
        // Given 10 tokens and one more, and one a second
        Map<String, Object> bucket = limit("b", 1, "1s", 10);
        bucket.put("grace", "10%");
        LedgerHarness harness = LedgerHarness.with(ruleset(1, bucket));
        harness.admit(0, admission("acme", 11));

        // When
        Outcome refused = harness.admit(0, admission("acme", 1));
        Outcome early = harness.admit(999, admission("acme", 1));
        Outcome again = harness.admit(1_000, admission("acme", 1));

        // Then
        assertThat(refused.retryAfterMillis()).isEqualTo(1_000);
        assertThat(early.allowed()).isFalse();
        assertThat(again.reason()).isEqualTo(Reason.WITHIN_GRACE);
        assertThat(only(again).resetAfterMillis()).isEqualTo(11_000);
    }

    @Test
    void shouldReportOnly_whenTheLimitIsInShadow() {
        // Given
        Map<String, Object> shadow = quota();
        shadow.put("mode", "shadow");
        LedgerHarness harness = LedgerHarness.with(ruleset(1, shadow));

        // When
        Outcome within = harness.admit(0, admission("acme", 21));
        Outcome beyond = harness.admit(0, admission("acme", 2));

        // Then
        assertThat(within.reason()).isEqualTo(Reason.NO_LIMIT_APPLIES);
        assertThat(only(within).refused()).isFalse();
        assertThat(only(within).debt()).isEqualTo(new DebtStatus(1, 2));
        assertThat(only(beyond).refused()).isTrue();
    }

    @Test
    void shouldCountTheShareOfTheirNumbers_whenTiersAndOverridesHaveOthers() throws Exception {
        // Given
        Map<String, Object> limit = quota();
        Map<String, Object> numbers = tree("algorithm", "fixed-window", "limit", 100, "window", tree("per", "1h"));
        limit.put("tiers", tree("pro", numbers));
        Map<String, Object> document = document(limit);
        document.put("tiers", List.of("free", "pro"));
        document.put("accounts", tree("big", tree("tier", "pro")));
        LedgerHarness harness = LedgerHarness.with(compiled(1, document));
        Map<String, Object> own = tree("algorithm", "fixed-window", "limit", 50, "window", tree("per", "1h"));

        // When
        harness.change(0, new ProfileCommand("own", "c-1", 0, new Author("alice", "why"), override("quota", own)));

        // Then
        assertThat(only(harness.admit(0, admission("big", 110))).debt()).isEqualTo(new DebtStatus(10, 10));
        assertThat(only(harness.admit(0, admission("own", 55))).debt()).isEqualTo(new DebtStatus(5, 5));
        assertThat(only(harness.admit(0, admission("free", 22))).debt()).isEqualTo(new DebtStatus(2, 2));
    }

    private static ProfileAction override(String limitId, Map<String, Object> algorithm) throws Exception {
        return new ProfileAction.SetOverride(limitId, LimitOverride.compile("{}", algorithm));
    }

    @Test
    void shouldKeepItsDebt_whenTheGraceIsTakenAway() {
        // Given 22 of 20 used
        LedgerHarness harness = LedgerHarness.with(ruleset(1, quota()));
        harness.admit(0, admission("acme", 22));
        Map<String, Object> strict = quota();
        strict.remove("grace");
        strict.put("limit", 21);

        // When
        harness.activate(1, ruleset(2, strict));
        Map<String, Object> wider = quota();
        wider.put("limit", 24);
        Outcome refused = harness.admit(2, admission("acme", 1));
        harness.activate(3, ruleset(3, wider));

        // Then
        assertThat(refused.allowed()).isFalse();
        assertThat(only(harness.admit(4, admission("acme", 0))).remaining()).isEqualTo(2);
    }

    @Test
    void shouldKeepWhatIsKept_whenAPriorityMayNotTakeIt() {
        // Given 4 of 20 are kept
        Map<String, Object> limit = quota();
        limit.put("keepFor", tree("high", "20%"));
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit));
        harness.admit(0, admission("acme", 16));

        // When / Then
        assertThat(harness.admit(0, admission("acme", 1)).allowed()).isFalse();
        Outcome high = harness.admit(0, admission("acme", 6).withPriority(PriorityLevel.HIGH));
        assertThat(high.reason()).isEqualTo(Reason.WITHIN_GRACE);
    }

    @Test
    void shouldChargeDownToTheLarger_whenWhatIsDoneMeetsAGrace() {
        // Given a grace of 2, and an overdraft of 5 in the second limit
        Map<String, Object> deeper = quota();
        deeper.put("id", "deeper");
        deeper.put("overdraft", 5);
        LedgerHarness harness = LedgerHarness.with(ruleset(1, quota(), deeper));

        // When
        Outcome outcome = harness.admit(0, admission("acme", 30).in(ChargeMode.CHARGE));

        // Then
        assertThat(outcome.reason()).isEqualTo(Reason.CHARGED_IN_PART);
        assertThat(outcome.limits())
                .extracting(limit -> limit.metered().charged())
                .containsExactly(22L, 25L);
        assertThat(outcome.limits().get(1).debt()).isEqualTo(new DebtStatus(5, 2));
        assertThat(outcome.limits().get(1).debt().graceRemaining()).isZero();
    }

    @Test
    void shouldLendNothingOfIt_whenAFrontEndAsks() {
        // Given 3 of 20 left
        LedgerHarness harness = LedgerHarness.with(ruleset(1, quota()));
        harness.admit(0, admission("acme", 17));

        // When
        LeaseResult more = harness.lease(0, new LeaseDemand(admission("acme", 4), 0, 1_000));
        LeaseResult enough = harness.lease(0, new LeaseDemand(admission("acme", 3), 0, 1_000));
        LeaseResult none = harness.lease(0, new LeaseDemand(admission("acme", 1), 0, 1_000));
        harness.admit(0, admission("acme", 2));
        LeaseResult over = harness.lease(0, new LeaseDemand(admission("acme", 1), 0, 1_000));

        // Then the ledger gives it out, one admission at a time
        assertThat(more.decided().outcome().reason()).isEqualTo(Reason.NOT_LEASABLE);
        assertThat(enough.tokens()).isEqualTo(3);
        assertThat(none.decided().outcome().reason()).isEqualTo(Reason.NOT_LEASABLE);
        assertThat(over.decided().outcome().reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(over.decided().outcome().retryAfterMillis()).isPositive();
    }

    @Test
    void shouldTellOfTheThreshold_whenItIsAboveTheCapacity() {
        // Given
        Map<String, Object> limit = quota();
        limit.put("alertAt", List.of("100%", "110%"));
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit));

        // When
        AdmissionResult.Decided first = decided(harness, admission("acme", 21));
        AdmissionResult.Decided second = decided(harness, admission("acme", 1));

        // Then
        assertThat(first.alerts()).containsExactly(new BucketAlert("quota", "", 1_000, 21, 20, true));
        assertThat(second.alerts()).containsExactly(new BucketAlert("quota", "", 1_100, 22, 20, true));
    }

    private static AdmissionResult.Decided decided(LedgerHarness harness, Admission admission) {
        return (AdmissionResult.Decided) harness.evaluate(0, admission, /* key= */ null);
    }

    static Stream<Map<String, Object>> algorithms() {
        return Stream.of(
                tree("algorithm", "token-bucket", "rate", tree("tokens", 7, "per", "3s"), "burst", 20),
                tree("algorithm", "fixed-window", "limit", 20, "window", tree("per", "9s")),
                tree("algorithm", "sliding-window-counter", "limit", 20, "window", tree("per", "9s")),
                tree("algorithm", "sliding-window-log", "limit", 20, "window", tree("per", "9s")));
    }

    private static Map<String, Object> limitOf(Map<String, Object> algorithm) {
        Map<String, Object> limit = tree("id", "l", "scope", "client");
        limit.putAll(algorithm);
        return limit;
    }

    /** The definition: a limit of 20 with a grace of 15% admits exactly what a limit of 23 does, at the same times. */
    @ParameterizedTest
    @MethodSource("algorithms")
    void shouldAdmitWhatALargerLimitAdmits_whenAnythingIsAskedFor(Map<String, Object> algorithm) {
        Map<String, Object> graced = limitOf(algorithm);
        graced.put("grace", "15%");
        Map<String, Object> larger = limitOf(algorithm);
        larger.computeIfPresent("burst", (name, burst) -> 23);
        larger.computeIfPresent("limit", (name, limit) -> 23);
        for (long seed = 1; seed <= 40; seed++) {
            Random random = new Random(seed);
            LedgerHarness one = LedgerHarness.with(ruleset(1, graced));
            LedgerHarness other = LedgerHarness.with(ruleset(1, larger));
            List<Long> reserved = new ArrayList<>();
            long millis = 0;
            for (int i = 0; i < 150; i++) {
                millis += random.nextInt(900);
                if (!reserved.isEmpty() && random.nextInt(4) == 0) {
                    settleBoth(one, other, millis, reserved.remove(random.nextInt(reserved.size())));
                    continue;
                }
                Admission asked = admission("acme/a", random.nextInt(9))
                        .reserving(random.nextInt(3) == 0 ? 1 + random.nextInt(5_000) : 0)
                        .waiting(random.nextInt(3) == 0 ? random.nextInt(4_000) : 0);
                long offset = one.nextOffset();
                Outcome actual = one.admit(millis, asked);
                Outcome expected = other.admit(millis, asked);
                if (actual.allowed() && asked.reserveMillis() > 0) {
                    reserved.add(offset);
                }
                assertSame(actual, expected, "seed " + seed + ", step " + i);
            }
        }
    }

    private static void settleBoth(LedgerHarness one, LedgerHarness other, long millis, long offset) {
        HoldAction cancel =
                new HoldAction(new HoldKey("acme", HoldKind.RESERVATION, offset), "acme/a", HoldOutcome.CANCELLED, 0);
        one.settle(millis, cancel);
        other.settle(millis, cancel);
    }

    private static void assertSame(Outcome actual, Outcome expected, String when) {
        LimitOutcome limit = only(actual);
        long left = only(expected).remaining();
        assertThat(actual.allowed()).as(when).isEqualTo(expected.allowed());
        assertThat(actual.retryAfterMillis()).as(when).isEqualTo(expected.retryAfterMillis());
        assertThat(actual.delayMillis()).as(when).isEqualTo(expected.delayMillis());
        assertThat(limit.remaining()).as(when).isEqualTo(Math.max(0, left - 3));
        assertThat(limit.debt().graceRemaining()).as(when).isEqualTo(Math.min(3, left));
        if (actual.allowed() && actual.cost() > 0 && actual.delayMillis() == 0) {
            assertThat(actual.reason() == Reason.WITHIN_GRACE)
                    .as(when)
                    .isEqualTo(limit.debt().tokens() > 0);
        }
    }
}
