package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.controlplane.Author;
import io.sluice.engine.ledger.HoldHistory.Activation;
import io.sluice.engine.ledger.HoldHistory.Ask;
import io.sluice.engine.ledger.HoldHistory.Settle;
import io.sluice.engine.ledger.HoldHistory.Step;
import io.sluice.engine.profile.AccountProfile;
import io.sluice.engine.profile.ProfileAction;
import io.sluice.engine.profile.ProfileCommand;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.LimitOverride;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.StoredBucket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is held when an account changes, and what is forgotten when it changes often. */
final class ProfileHoldsTest {
    private static final int SEEDS = 200;
    private static final int RECORDS = 400;
    private static final HoldKey FIRST = new HoldKey("acme", HoldKind.RESERVATION, 0);
    private static final HoldKey FIRST_SLOTS = new HoldKey("acme", HoldKind.SLOTS, 0);

    private final LedgerHarness harness = LedgerHarness.with(compiled(
            1,
            document(
                    limit("a", 1, "1h", 10),
                    tree("id", "c", "scope", "client", "algorithm", "concurrency", "limit", 5L, "ttl", "1h"))));

    private ProfileResult change(long atMillis, ProfileAction action) {
        long version = harness.store.profile("acme").version();
        return harness.change(
                atMillis,
                new ProfileCommand("acme", "c-" + harness.nextOffset(), version, new Author("alice", "why"), action));
    }

    private static LimitOverride override(long burst) {
        Map<String, Object> fields = tree("rate", tree("tokens", 1L, "per", "1h"), "burst", burst);
        try {
            return LimitOverride.compile(fields.toString(), fields);
        } catch (InvalidRulesetException e) {
            throw new AssertionError("the fixture's override is invalid", e);
        }
    }

    private long left(String limitId, long atMillis) {
        return harness.ledger.quota(admission("acme", 0), atMillis).stream()
                .filter(limit -> limit.limitId().equals(limitId))
                .mapToLong(LimitOutcome::remaining)
                .sum();
    }

    @Test
    void shouldGiveNothingBackToABucketThatWasReset() {
        // Given
        harness.admit(0, admission("acme", 5).reserving(10_000));
        change(1, new ProfileAction.Reset(null, null));
        harness.admit(2, admission("acme", 4));

        // When
        harness.settle(3, new HoldAction(FIRST, "acme", HoldOutcome.CANCELLED, 0));
        harness.settle(4, new HoldAction(FIRST_SLOTS, "acme", HoldOutcome.RELEASED, 0));

        // Then: 4 of the new bucket are in use, and stay so
        assertThat(left("a", 5)).isEqualTo(6);
        assertThat(left("c", 5)).isEqualTo(1);
    }

    @Test
    void shouldGiveBack_whenAnotherBucketWasReset() {
        // Given
        harness.admit(0, admission("acme", 5).reserving(10_000));
        change(1, new ProfileAction.Reset("a", List.of("acme/other")));

        // When
        harness.settle(2, new HoldAction(FIRST, "acme", HoldOutcome.CANCELLED, 0));

        // Then
        assertThat(left("a", 2)).isEqualTo(10);
    }

    @Test
    void shouldForgetSlotsInFlight_whenReset() {
        // Given
        harness.admit(0, admission("acme", 5));

        // When
        change(1, new ProfileAction.Reset("c", null));

        // Then
        assertThat(left("c", 1)).isEqualTo(5);
        assertThat(left("a", 1)).isEqualTo(5);
    }

    @Test
    void shouldRefuseAGrantOfSlots() {
        // Given
        harness.admit(0, admission("acme", 5));

        // When
        ProfileResult result = change(1, new ProfileAction.Grant("c", List.of("acme"), 1));

        // Then
        assertThat(result)
                .isInstanceOfSatisfying(
                        ProfileResult.Refused.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(ProfileResult.Refusal.NOT_GRANTABLE));
        assertThat(left("c", 1)).isZero();
    }

    @Test
    void shouldNeverGiveTokens_whenABucketIsOlderThanTheHistory() {
        // Given a bucket that nobody looks at for more changes than are kept
        harness.admit(0, admission("acme", 5));
        for (int i = 0; i <= AccountProfile.HISTORY_MAX; i++) {
            change(3_600_000L * i, new ProfileAction.SetOverride("a", i % 2 == 0 ? override(20) : null));
        }
        long nowMillis = 3_600_000L * AccountProfile.HISTORY_MAX;

        // When
        AccountProfile profile = harness.store.profile("acme");
        long left = left("a", nowMillis);

        // Then: it stood still until the oldest change that is known, and has flowed back since
        assertThat(profile.history()).hasSize(AccountProfile.HISTORY_MAX);
        assertThat(profile.horizon().version()).isEqualTo(1);
        assertThat(left).isEqualTo(20);
        assertThat(harness.ledger.refreshed(
                        new BucketKey("acme", "a", "acme"),
                        new StoredBucket(
                                1,
                                harness.store
                                        .buckets()
                                        .get(new BucketKey("acme", "a", "acme"))
                                        .state())))
                .isNull();
    }

    @Test
    void shouldStayExact_whenManySingleBucketsAreReset() {
        // Given
        harness.admit(0, admission("acme", 5).reserving(80_000_000));
        change(0, new ProfileAction.SetOverride("a", override(20)));

        // When
        for (int i = 0; i < 3 * AccountProfile.HISTORY_MAX; i++) {
            change(i, new ProfileAction.Reset("a", List.of("acme/" + i)));
        }

        // Then: others go on as ever, and what is held from before gives nothing back
        AccountProfile profile = harness.store.profile("acme");
        assertThat(profile.history()).hasSize(AccountProfile.HISTORY_MAX);
        assertThat(profile.horizon().version()).isZero();
        assertThat(left("a", 3_600_000)).isEqualTo(16);
        harness.settle(3_600_000, new HoldAction(FIRST, "acme", HoldOutcome.CANCELLED, 0));
        assertThat(left("a", 3_600_000)).isEqualTo(16);
    }

    @Test
    void shouldAnswerAlike_whenExpiriesAndChangesAreNoticedLateOrAtOnce() {
        for (long seed = 0; seed < SEEDS; seed++) {
            // Given
            List<Step> log = HoldHistory.changing(seed, RECORDS, 40);
            LedgerHarness lazy = LedgerHarness.empty();
            LedgerHarness eager = LedgerHarness.empty();
            List<Object> lazyAnswers = new ArrayList<>();
            List<Object> eagerAnswers = new ArrayList<>();
            SplittableRandom chance = new SplittableRandom(~seed);

            // When
            for (Step step : log) {
                ProfileAction action = chance.nextInt(8) == 0 ? action(chance) : null;
                String account = HoldHistory.ACCOUNTS.get(chance.nextInt(2));
                long nowMillis = eager.goTo(step.recordMillis());
                HoldHistory.ACCOUNTS.forEach(each -> eager.settleDue(each, nowMillis));
                eager.cleanUp(() -> true);
                play(eager, step, account, action, eagerAnswers);
                play(lazy, step, account, action, lazyAnswers);
            }

            // Then
            assertThat(lazyAnswers).as("seed %d", seed).isEqualTo(eagerAnswers);
            assertThat(lazy.store.profiles()).as("seed %d", seed).isEqualTo(eager.store.profiles());
        }
    }

    private static ProfileAction action(SplittableRandom chance) {
        String limitId = List.of("a", "b", "c", "d").get(chance.nextInt(4));
        return switch (chance.nextInt(3)) {
            case 0 -> new ProfileAction.SetOverride(limitId, override(5 + chance.nextInt(20)));
            case 1 -> new ProfileAction.SetOverride(limitId, null);
            default -> new ProfileAction.Reset(chance.nextBoolean() ? limitId : null, null);
        };
    }

    private static void play(
            LedgerHarness harness, Step step, String account, ProfileAction action, List<Object> answers) {
        if (action != null) {
            long version = harness.store.profile(account).version();
            ProfileCommand command =
                    new ProfileCommand(account, "c-" + answers.size(), version, new Author("alice", "why"), action);
            // Beside the records of the history, whose offsets name what they hold.
            long nowMillis = harness.goTo(step.recordMillis());
            harness.settleDue(account, nowMillis);
            ProfileResult result = harness.ledger.decide(command, nowMillis);
            if (result instanceof ProfileResult.Accepted accepted) {
                harness.ledger.apply(accepted.event());
            }
            answers.add(result instanceof ProfileResult.Accepted);
        }
        if (step instanceof Ask ask) {
            AdmissionResult result = harness.evaluate(ask.recordMillis(), ask.admission(), ask.key());
            answers.add(result instanceof AdmissionResult.Decided decided ? decided.outcome() : result);
        } else if (step instanceof Settle settle) {
            HoldResult result = harness.settle(settle.recordMillis(), settle.action());
            answers.add(result instanceof HoldResult.Ended ended ? ended.settlement() : result);
        } else if (step instanceof Activation activation) {
            harness.activate(activation.recordMillis(), activation.ruleset());
        }
    }
}
