package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.matching;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.engine.bucket.TokenState;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.StoredBucket;
import org.junit.jupiter.api.Test;

/** What a change of rules does to the buckets that are there. */
final class LedgerActivationTest {
    private static final BucketKey BUCKET = new BucketKey("acme", "it", "acme");

    private static Ruleset one(long revision, long tokens, String per, long burst) {
        return ruleset(revision, limit("it", tokens, per, burst));
    }

    /** The tokens left at that moment; takes none. */
    private static long remaining(LedgerHarness harness, long atMillis) {
        return harness.admit(atMillis, admission("acme", 0)).deciding().remaining();
    }

    @Test
    void shouldTakeEffectForTheNextRecord_whenActivated() {
        // Given
        LedgerHarness harness = LedgerHarness.with(one(1, 1, "1s", 1));

        // Then
        assertThat(harness.admit(5, admission("acme", 2)).revision()).isEqualTo(1);
        assertThat(harness.activate(5, one(2, 1, "1s", 2))).isTrue();
        assertThat(harness.admit(5, admission("acme", 2)))
                .returns(2L, Outcome::revision)
                .returns(true, Outcome::allowed);
    }

    @Test
    void shouldChangeNothing_whenTheRevisionIsNotNewer() {
        // Given
        LedgerHarness harness = LedgerHarness.with(one(5, 1, "1s", 5));
        RulesetTimeline timeline = harness.ledger.timeline();

        // Then
        assertThat(harness.activate(10, one(5, 1, "1s", 9))).isFalse();
        assertThat(harness.activate(10, one(4, 1, "1s", 9))).isFalse();
        assertThat(harness.ledger.timeline()).isSameAs(timeline);
        assertThat(remaining(harness, 10)).isEqualTo(5);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> timeline.activated(one(5, 1, "1s", 9), 10))
                .withMessage("revision: 5 (expected: above 5)");
    }

    @Test
    void shouldRefillAtEachRateInTurn_whenTheRateChangesBetweenReads() {
        // Given
        // The example of RulesetTimeline: drained at 100 ms, 20 per s until 400 ms, then 5 per s.
        LedgerHarness harness = LedgerHarness.with(one(7, 20, "1s", 20));
        harness.admit(100, admission("acme", 20));

        // When
        harness.activate(400, one(8, 5, "1s", 20));

        // Then
        // 300 ms give 6 tokens and 500 ms two and a half.
        assertThat(remaining(harness, 400)).isEqualTo(6);
        assertThat(remaining(harness, 900)).isEqualTo(8);
        assertThat(remaining(harness, 999)).isEqualTo(8);
        assertThat(remaining(harness, 1_000)).isEqualTo(9);
    }

    @Test
    void shouldKeepTokensUsed_whenTheCapacityChanges() {
        // Given
        LedgerHarness harness = LedgerHarness.with(one(1, 1, "1h", 10));
        harness.admit(0, admission("acme", 4));

        // Then
        harness.activate(0, one(2, 1, "1h", 100));
        assertThat(remaining(harness, 0)).isEqualTo(96);
        harness.activate(0, one(3, 1, "1h", 3));
        assertThat(remaining(harness, 0)).isZero();
        harness.activate(0, one(4, 1, "1h", 10));
        assertThat(remaining(harness, 0))
                .as("what was cut off by the smaller capacity is forgiven")
                .isEqualTo(7);
    }

    @Test
    void shouldCarryOverAll_whenSeveralRevisionsPassUntouched() {
        // Given
        // One history twice, of which one brings its bucket up to date after every activation.
        LedgerHarness quiet = LedgerHarness.with(one(1, 3, "7s", 50));
        quiet.admit(0, admission("acme", 50));
        LedgerHarness refreshed = quiet.restored();

        // When
        for (int revision = 2; revision <= 60; revision++) {
            long at = revision * 331L;
            Ruleset next = one(revision, 1 + revision % 5, revision * 131 + "ms", 40 + revision % 20);
            quiet.activate(at, next);
            refreshed.activate(at, next);
            refreshed.cleanUp(() -> true);
        }

        // Then
        StoredBucket now = quiet.ledger.refreshed(BUCKET, quiet.store.bucket(BUCKET));
        assertThat(now).isNotNull().isEqualTo(refreshed.store.bucket(BUCKET));
        assertThat(quiet.store.bucket(BUCKET).revision()).isEqualTo(1);
    }

    @Test
    void shouldFindWhatWasInUse_whenTheLimitComesBackInTime() {
        // Given: five an hour of thirty a month are used, and the limit goes by mistake
        LedgerHarness harness = LedgerHarness.with(one(1, 1, "30d", 5));
        harness.admit(0, admission("acme", 5));
        harness.activate(1, ruleset(2));
        harness.cleanUp(() -> true);
        harness.activate(2, ruleset(3));
        harness.cleanUp(() -> true);

        // When
        long week = RulesetTimeline.ABSENCE_MILLIS_MAX;
        harness.passTo(1 + week);
        harness.activate(1 + week, one(4, 1, "30d", 5));

        // Then
        assertThat(remaining(harness, 1 + week)).isZero();
    }

    @Test
    void shouldTakeOverWhatWasInUse_whenTheLimitComesBackWithOtherNumbers() {
        // Given
        LedgerHarness harness = LedgerHarness.with(one(1, 1, "30d", 5));
        harness.admit(0, admission("acme", 3));
        harness.activate(1, ruleset(2));

        // When
        harness.activate(2, one(3, 1, "30d", 10));

        // Then
        assertThat(remaining(harness, 2)).isEqualTo(7);
    }

    @Test
    void shouldBeginFull_whenTheLimitWasAwayForTooLong() {
        // Given
        LedgerHarness harness = LedgerHarness.with(one(1, 1, "30d", 5));
        harness.admit(0, admission("acme", 5));
        harness.activate(1, ruleset(2));
        long late = 2 + RulesetTimeline.ABSENCE_MILLIS_MAX;

        // When
        harness.passTo(late);
        boolean isDropped = harness.ledger.refreshed(BUCKET, harness.store.bucket(BUCKET)) == null;
        harness.activate(late, one(3, 1, "30d", 5));

        // Then
        assertThat(isDropped).isTrue();
        assertThat(remaining(harness, late)).isEqualTo(5);
    }

    @Test
    void shouldDropTheBucketOfAnAbsentLimit_whenNothingIsInUseAnyMore() {
        // Given
        LedgerHarness harness = LedgerHarness.with(one(1, 1, "1s", 5));
        harness.admit(0, admission("acme", 5));
        harness.activate(1, ruleset(2));

        // When / Then
        harness.ledger.advance(4_999);
        assertThat(harness.ledger.refreshed(BUCKET, harness.store.bucket(BUCKET)))
                .isNotNull();
        harness.ledger.advance(5_000);
        assertThat(harness.ledger.refreshed(BUCKET, harness.store.bucket(BUCKET)))
                .isNull();
    }

    @Test
    void shouldBeginFull_whenTheScopeChangedAndCameBack() {
        // Given
        LedgerHarness harness = LedgerHarness.with(one(1, 1, "1h", 5));
        harness.admit(0, admission("acme", 5));

        // When
        harness.activate(1, ruleset(2, limit("it", "account", 1, "1h", 5)));

        // Then
        assertThat(remaining(harness, 1)).isEqualTo(5);
        harness.activate(2, one(3, 1, "1h", 5));
        assertThat(remaining(harness, 2)).isEqualTo(5);
    }

    @Test
    void shouldKeepTheBucket_whenOnlyTheMatchChanges() {
        // Given
        LedgerHarness harness = LedgerHarness.with(one(1, 1, "1h", 5));
        harness.admit(0, admission("acme", 5));

        // When
        harness.activate(1, ruleset(2, matching(limit("it", 1, "1h", 5), "methods", "GET")));

        // Then
        assertThat(remaining(harness, 1)).isZero();
    }

    @Test
    void shouldDropExactlyTheEmptyMeaning_whenRefreshed() {
        // Given
        LedgerHarness harness = LedgerHarness.with(one(1, 1, "1s", 5));
        harness.admit(0, admission("acme", 2));
        StoredBucket stored = harness.store.bucket(BUCKET);

        // Then
        harness.goTo(1_999);
        assertThat(harness.ledger.refreshed(BUCKET, stored))
                .isEqualTo(new StoredBucket(1, new TokenState(1_999, 1, 999)));
        harness.goTo(2_000);
        assertThat(harness.ledger.refreshed(BUCKET, stored)).isNull();
        assertThat(harness.ledger.refreshed(new BucketKey("acme", "gone", "acme"), stored))
                .isNull();
    }

    @Test
    void shouldKeepSixtyFourRevisions_whenMoreAreActivated() {
        // Given
        LedgerHarness harness = LedgerHarness.empty();
        assertThat(harness.ledger.timeline().oldestRevision()).isZero();

        // When
        for (int revision = 1; revision <= 70; revision++) {
            harness.activate(revision, one(revision, 1, "1s", 1));
        }

        // Then
        assertThat(harness.ledger.timeline().oldestRevision()).isEqualTo(7);
        assertThat(harness.ledger.timeline().active().revision()).isEqualTo(70);
    }

    @Test
    void shouldNotConjureUpTokens_whenTheRevisionOfABucketIsForgotten() {
        // Given
        // 0.9 of a token in a day's milliseconds, which are parts of another size under later revisions.
        LedgerHarness harness = LedgerHarness.with(one(1, 1, "1d", 5));
        harness.admit(0, admission("acme", 5));
        long now = 86_400_000L * 19 / 10;
        harness.admit(now, admission("acme", 1));
        assertThat(harness.store.bucket(BUCKET).state()).isEqualTo(new TokenState(now, 5, 77_760_000));

        // When
        for (int revision = 2; revision <= 2 + RulesetTimeline.REVISIONS_MAX; revision++) {
            harness.activate(now, one(revision, 1, "1h", 5));
        }

        // Then
        assertThat(remaining(harness, now + 1)).isZero();
        assertThat(remaining(harness, now + 3_599_999)).isZero();
        assertThat(remaining(harness, now + 3_600_000)).isEqualTo(1);
    }

    @Test
    void shouldCapAtEmpty_whenTheForgottenRevisionHadMoreCapacity() {
        // Given
        LedgerHarness harness = LedgerHarness.with(one(1, 1, "1h", 1_000));
        harness.admit(0, admission("acme", 1_000));

        // When
        for (int revision = 2; revision <= 2 + RulesetTimeline.REVISIONS_MAX; revision++) {
            harness.activate(revision * 1_000L, one(revision, 1, "1h", 2));
        }

        // Then
        // It is empty at 3 s, when the oldest revision that is kept was activated.
        assertThat(harness.ledger.timeline().oldestRevision()).isEqualTo(3);
        assertThat(remaining(harness, 3_602_999)).isZero();
        assertThat(remaining(harness, 3_603_000)).isEqualTo(1);
    }
}
