package io.sluice.engine.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rounding, overflow and a clock that turns back, as named examples; the essay in {@link TokenBucket} is the text. */
final class TokenBucketSpecTest {
    private static final long DAY = 86_400_000L;
    private static final TokenBucket ESSAY = bucket(3, 10, 5);

    private static TokenBucket bucket(long tokens, long perMillis, long burst) {
        return new TokenBucket(new Rate(tokens, perMillis), burst);
    }

    private static TokenState drained(TokenBucket bucket, long atMillis) {
        return bucket.charged(TokenState.full(atMillis), bucket.burst(), 0);
    }

    @ParameterizedTest
    @CsvSource({"0, 5, 0, 0", "3, 5, 9, 0", "4, 4, 2, 1", "7, 3, 1, 2", "10, 2, 0, 3", "16, 1, 8, 4"})
    void shouldFollowTheWorkedExample_whenDrainedAtZero(long now, long used, long parts, long remaining) {
        // When
        TokenState state = ESSAY.at(drained(ESSAY, 0), now);

        // Then
        assertThat(state).isEqualTo(new TokenState(now, used, parts));
        assertThat(ESSAY.remaining(state)).isEqualTo(remaining);
    }

    @Test
    void shouldNameTheWaitsOfTheWorkedExample_whenDrainedAtZero() {
        // Given
        TokenState drained = drained(ESSAY, 0);

        // Then
        assertThat(ESSAY.nextTokenMillis(drained)).isEqualTo(4);
        assertThat(ESSAY.waitMillis(drained, 1)).isEqualTo(4);
        assertThat(ESSAY.waitMillis(drained, 2)).isEqualTo(7);
        assertThat(ESSAY.waitMillis(drained, 3)).isEqualTo(10);
        assertThat(ESSAY.fullAfterMillis(drained)).isEqualTo(17);
        assertThat(ESSAY.windowMillis(TokenState.full(0))).isEqualTo(17);
        assertThat(ESSAY.at(drained, 16).isFull()).isFalse();
        assertThat(ESSAY.at(drained, 17)).isEqualTo(TokenState.full(17));
    }

    @Test
    void shouldCountFromNow_whenPartsOfTheNextTokenAreThere() {
        // Given
        TokenState at3 = ESSAY.at(drained(ESSAY, 0), 3);

        // Then
        assertThat(ESSAY.nextTokenMillis(at3)).isEqualTo(1);
        assertThat(ESSAY.waitMillis(at3, 2)).isEqualTo(4);
        assertThat(ESSAY.fullAfterMillis(at3)).isEqualTo(14);
    }

    @Test
    void shouldHaveNothingToWaitFor_whenFull() {
        // Given
        TokenState full = TokenState.full(5);

        // Then
        assertThat(ESSAY.remaining(full)).isEqualTo(5);
        assertThat(ESSAY.nextTokenMillis(full)).isZero();
        assertThat(ESSAY.fullAfterMillis(full)).isZero();
        assertThat(ESSAY.waitMillis(full, 5)).isZero();
        assertThat(ESSAY.at(full, 99)).isEqualTo(TokenState.full(99));
    }

    @Test
    void shouldAlwaysAdmitAndTakeNothing_whenCostIsZero() {
        // Given
        TokenState drained = drained(ESSAY, 0);

        // Then
        assertThat(ESSAY.admits(drained, 0)).isTrue();
        assertThat(ESSAY.waitMillis(drained, 0)).isZero();
        assertThat(ESSAY.charged(drained, 0, 0)).isSameAs(drained);
    }

    @Test
    void shouldSayNever_whenCostIsAboveTheCapacity() {
        // Given
        TokenState full = TokenState.full(0);

        // Then
        assertThat(ESSAY.admits(full, 6)).isFalse();
        assertThat(ESSAY.waitMillis(full, 6)).isEqualTo(Algorithm.NEVER);
        assertThat(ESSAY.waitMillis(full, Long.MAX_VALUE)).isEqualTo(Algorithm.NEVER);
        assertThat(ESSAY.waitMillis(drained(ESSAY, 0), 6)).isEqualTo(Algorithm.NEVER);
        assertThat(ESSAY.waitMillis(drained(ESSAY, 0), 5)).isEqualTo(17);
    }

    @Test
    void shouldRefillTheDebtFirst_whenMoreIsMissingThanTheCapacity() {
        // Given
        TokenState indebted = new TokenState(0, 7, 0);

        // Then
        assertThat(ESSAY.remaining(indebted)).isZero();
        assertThat(ESSAY.admits(indebted, 0)).isTrue();
        assertThat(ESSAY.waitMillis(indebted, 0)).isZero();
        assertThat(ESSAY.waitMillis(indebted, 1)).isEqualTo(10);
        assertThat(ESSAY.nextTokenMillis(indebted)).isEqualTo(10);
        assertThat(ESSAY.remaining(ESSAY.at(indebted, 10))).isEqualTo(1);
    }

    @Test
    void shouldRefuseToCharge_whenTheTokensAreNotThere() {
        // Given
        TokenState state = ESSAY.charged(TokenState.full(0), 3, 0);

        // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ESSAY.charged(state, 3, 0))
                .withMessage("cost: 3 (expected: 0..2)");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, TokenBucket.BURST_MAX + 1})
    void shouldRefuseTheBurst_whenOutOfRange(long burst) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bucket(1, 1, burst))
                .withMessage("burst: %d (expected: 1..1000000000000)", burst);
    }

    @Test
    void shouldKeepTheState_whenTheClockTurnsBack() {
        // Given
        TokenState state = ESSAY.at(drained(ESSAY, 1_000), 1_003);

        // Then
        assertThat(ESSAY.at(state, 1_003)).isEqualTo(state);
        assertThat(ESSAY.at(state, 1_002)).isEqualTo(state);
        assertThat(ESSAY.at(state, 0)).isEqualTo(state);
        // The time that was turned back is not paid out a second time.
        assertThat(ESSAY.at(ESSAY.at(state, 0), 1_004)).isEqualTo(new TokenState(1_004, 4, 2));
    }

    @Test
    void shouldStayExact_whenOneTokenPerThirtyDaysAndTheLargestBurst() {
        // Given
        TokenBucket slow = bucket(1, 30 * DAY, TokenBucket.BURST_MAX);
        TokenState drained = drained(slow, 0);

        // Then
        assertThat(slow.nextTokenMillis(drained)).isEqualTo(30 * DAY);
        assertThat(slow.remaining(slow.at(drained, 30 * DAY - 1))).isZero();
        assertThat(slow.at(drained, 30 * DAY)).isEqualTo(new TokenState(30 * DAY, TokenBucket.BURST_MAX - 1, 0));
        assertThat(slow.waitMillis(drained, 1_000_000)).isEqualTo(1_000_000L * 30 * DAY);
        // 2.6 * 10^21 ms is told as the largest wait that there is a word for.
        assertThat(slow.fullAfterMillis(drained)).isEqualTo(Algorithm.WAIT_MILLIS_MAX);
        assertThat(slow.windowMillis(TokenState.full(0))).isEqualTo(Algorithm.WAIT_MILLIS_MAX);
        assertThat(slow.waitMillis(drained, TokenBucket.BURST_MAX)).isEqualTo(Algorithm.WAIT_MILLIS_MAX);
    }

    @Test
    void shouldStayExact_whenTenMillionPerSecondAndTheLargestBurst() {
        // Given
        TokenBucket fast = bucket(10_000_000, 1_000, TokenBucket.BURST_MAX);
        TokenState drained = drained(fast, 0);

        // Then
        assertThat(fast.nextTokenMillis(drained)).isEqualTo(1);
        assertThat(fast.remaining(fast.at(drained, 1))).isEqualTo(10_000);
        assertThat(fast.waitMillis(drained, 10_000)).isEqualTo(1);
        assertThat(fast.waitMillis(drained, 10_001)).isEqualTo(2);
        assertThat(fast.windowMillis(TokenState.full(0))).isEqualTo(100_000_000);
        assertThat(fast.at(drained, 99_999_999).usedTokens()).isEqualTo(10_000);
        assertThat(fast.at(drained, 100_000_000).isFull()).isTrue();
    }

    @Test
    void shouldHoldOneToken_whenTheBurstIsOne() {
        // Given
        TokenBucket one = bucket(10_000_000, 1_000, 1);

        // Then
        assertThat(one.windowMillis(TokenState.full(0))).isEqualTo(1);
        assertThat(one.at(drained(one, 0), 1)).isEqualTo(TokenState.full(1));
        assertThat(bucket(1, 30 * DAY, 1).windowMillis(TokenState.full(0))).isEqualTo(30 * DAY);
    }

    @Test
    void shouldBeFull_whenAllTheTimeOfALongHasPassed() {
        // Given
        TokenBucket slow = bucket(1, Rate.PERIOD_MILLIS_MAX, 3);
        TokenBucket fast = bucket(10_000, 1, TokenBucket.BURST_MAX);

        // Then
        assertThat(slow.at(drained(slow, 0), Long.MAX_VALUE)).isEqualTo(TokenState.full(Long.MAX_VALUE));
        assertThat(fast.at(drained(fast, 0), Long.MAX_VALUE)).isEqualTo(TokenState.full(Long.MAX_VALUE));
    }

    @Test
    void shouldCarryTheRest_whenTheProductsAreWiderThanALong() {
        // Given
        // A rate whose parts need 78 bits after ten years.
        long tokens = 999_999_999_989L;
        long period = 316_223_999_989L;
        TokenBucket bucket = bucket(tokens, period, TokenBucket.BURST_MAX);
        TokenState drained = drained(bucket, 0);
        long now = 300_000_000_000L;

        // When
        TokenState state = bucket.at(drained, now);

        // Then
        // 3 * 10^11 * tokens = 948694596258 * period + 45848558838.
        assertThat(state).isEqualTo(new TokenState(now, TokenBucket.BURST_MAX - 948_694_596_258L, 45_848_558_838L));
    }

    @Test
    void shouldNotDrift_whenLookedAtOftenOrSeldom() {
        for (long seed = 0; seed < 200; seed++) {
            // Given
            SplittableRandom random = new SplittableRandom(seed);
            TokenBucket bucket = bucket(random.nextLong(1, 1_000), random.nextLong(1, 100_000), 1_000_000);
            TokenState drained = drained(bucket, 0);
            TokenState looked = drained;
            long now = 0;

            // When
            for (int look = 0; look < 500; look++) {
                now += random.nextLong(0, 50);
                looked = bucket.at(looked, now);
            }

            // Then
            assertThat(looked).as("seed %d %s", seed, bucket).isEqualTo(bucket.at(drained, now));
        }
    }

    @Test
    void shouldAdmitExactlyThen_whenTheCallerWaitsAsTold() {
        for (long seed = 0; seed < 2_000; seed++) {
            // Given
            SplittableRandom random = new SplittableRandom(seed);
            TokenBucket bucket =
                    bucket(random.nextLong(1, 10_000), random.nextLong(1, 10 * DAY), random.nextLong(1, 1_000_000));
            TokenState state =
                    bucket.at(drained(bucket, 0), random.nextLong(0, bucket.windowMillis(TokenState.full(0))));
            long cost = random.nextLong(bucket.remaining(state) + 1, bucket.burst() + 1);

            // When
            long wait = bucket.waitMillis(state, cost);

            // Then
            TokenState then = bucket.at(state, state.atMillis() + wait);
            TokenState early = bucket.at(state, state.atMillis() + wait - 1);
            assertThat(bucket.admits(then, cost)).as("seed %d, in time", seed).isTrue();
            assertThat(bucket.admits(early, cost))
                    .as("seed %d, 1 ms early", seed)
                    .isFalse();
        }
    }
}
