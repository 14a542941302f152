package io.sluice.engine.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The queue of {@link LeakyBucket} as named examples; 2 per second and a queue of 3, as its text has it. */
final class LeakyBucketSpecTest {
    private static final LeakyBucket TEXT = new LeakyBucket(new Rate(2, 1_000), 3);

    private static TokenState waiting(LeakyBucket bucket, long tokens) {
        return bucket.charged(TokenState.full(0), tokens, 0);
    }

    @Test
    void shouldHoldEachLongerThanTheLast_whenFourComeAtOnce() {
        // Given
        TokenState first = TEXT.full(0);

        // When
        TokenState second = TEXT.charged(first, 1, 1);
        TokenState third = TEXT.charged(second, 1, 2);
        TokenState fourth = TEXT.charged(third, 1, 3);

        // Then
        assertThat(TEXT.delayMillis(first)).isZero();
        assertThat(TEXT.delayMillis(second)).isEqualTo(500);
        assertThat(TEXT.delayMillis(third)).isEqualTo(1_000);
        assertThat(TEXT.admits(fourth, 1)).isFalse();
        assertThat(TEXT.waitMillis(fourth, 1)).isEqualTo(500);
    }

    @ParameterizedTest
    @CsvSource({
        // moment, remaining, delay of the next, wait for one
        "0,    0, 1500, 500",
        "499,  0, 1001, 1",
        "500,  1, 1000, 0",
        "501,  1, 999,  0",
        "999,  1, 501,  0",
        "1000, 2, 500,  0",
        "1499, 2, 1,    0",
        "1500, 3, 0,    0",
    })
    void shouldLeaveOneByOne_whenThreeWait(long now, long remaining, long delay, long wait) {
        // When
        TokenState state = TEXT.at(waiting(TEXT, 3), now);

        // Then
        assertThat(TEXT.remaining(state)).isEqualTo(remaining);
        assertThat(TEXT.delayMillis(state)).isEqualTo(delay);
        assertThat(TEXT.waitMillis(state, 1)).isEqualTo(wait);
        assertThat(state.isFull()).isEqualTo(now == 1_500);
    }

    @Test
    void shouldRoundDelaysUp_whenTheOutflowIsNoWholeMilliseconds() {
        // Given
        LeakyBucket bucket = new LeakyBucket(new Rate(3, 10), 5);

        // Then
        assertThat(bucket.delayMillis(waiting(bucket, 1))).isEqualTo(4);
        assertThat(bucket.delayMillis(waiting(bucket, 2))).isEqualTo(7);
        assertThat(bucket.delayMillis(waiting(bucket, 3))).isEqualTo(10);
    }

    @Test
    void shouldWaitForAllOfIt_whenACostOfThreeIsAhead() {
        // Given
        TokenState heavy = waiting(TEXT, 2);

        // Then
        assertThat(TEXT.delayMillis(heavy)).isEqualTo(1_000);
        assertThat(TEXT.admits(heavy, 1)).isTrue();
        assertThat(TEXT.admits(heavy, 2)).isFalse();
        assertThat(TEXT.waitMillis(heavy, 2)).isEqualTo(500);
        assertThat(TEXT.waitMillis(heavy, 3)).isEqualTo(1_000);
        assertThat(TEXT.waitMillis(heavy, 4)).isEqualTo(Algorithm.NEVER);
    }

    @Test
    void shouldStandInLineForNothing_whenCostIsZero() {
        // Given
        TokenState state = waiting(TEXT, 3);

        // Then
        assertThat(TEXT.admits(state, 0)).isTrue();
        assertThat(TEXT.waitMillis(state, 0)).isZero();
        assertThat(TEXT.charged(state, 0, 7)).isEqualTo(state);
    }

    @Test
    void shouldShortenTheQueue_whenOneInItGivesUp() {
        // Given three that wait, the last of whom may give up
        TokenState waiting = TEXT.held(TEXT.charged(waiting(TEXT, 2), 1, 7), 7, 0);
        TokenState state = TEXT.at(waiting, 250);

        // When
        TokenState shorter = TEXT.returned(state, new Charge(0, 7), 1);

        // Then
        assertThat(TEXT.remaining(shorter)).isEqualTo(1);
        assertThat(TEXT.delayMillis(shorter)).isEqualTo(750);
    }

    @Test
    void shouldGiveBackOnlyWhoStillWaits_whenSomeHaveLeft() {
        // Given
        TokenState waiting = TEXT.held(TEXT.charged(TEXT.full(0), 3, 7), 7, 0);
        TokenState state = TEXT.charged(TEXT.at(waiting, 1_200), 1, 8);

        // When
        TokenState after = TEXT.returned(state, new Charge(0, 7), 3);

        // Then
        assertThat(after).isEqualTo(TEXT.charged(TEXT.full(1_200), 1, 8));
    }

    @Test
    void shouldDrainInTheWindow_whenTheQueueIsFull() {
        assertThat(TEXT.windowMillis(TEXT.full(0))).isEqualTo(1_500);
        assertThat(TEXT.fullAfterMillis(waiting(TEXT, 3))).isEqualTo(1_500);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, TokenBucket.BURST_MAX + 1})
    void shouldRefuseTheQueue_whenOutOfRange(long queue) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LeakyBucket(new Rate(1, 1), queue))
                .withMessage("queue: %d (expected: 1..1000000000000)", queue);
    }

    @Test
    void shouldAdmitWhatATokenBucketAdmits_whenOfTheSameRateAndSizeOfAnyMagnitude() {
        for (long seed = 0; seed < 2_000; seed++) {
            // Given
            TckRandom random = new TckRandom(seed);
            long period = random.upTo(Rate.PERIOD_MILLIS_MAX);
            Rate rate = new Rate(random.upTo(Math.min(Rate.TOKENS_MAX, period * Rate.TOKENS_PER_MILLI_MAX)), period);
            LeakyBucket leaky = new LeakyBucket(rate, random.upTo(TokenBucket.BURST_MAX));
            TokenBucket bucket = new TokenBucket(rate, leaky.queue());
            TokenState state = leaky.full(0);

            for (int step = 0; step < 50; step++) {
                // When
                state = leaky.at(state, state.atMillis() + random.upTo(period));
                long cost = random.between(0, leaky.remaining(state));

                // Then
                assertThat(leaky.remaining(state)).as("seed %d", seed).isEqualTo(bucket.remaining(state));
                assertThat(leaky.delayMillis(state)).as("seed %d", seed).isEqualTo(bucket.fullAfterMillis(state));
                state = leaky.charged(state, cost, step);
            }
        }
    }
}
