package io.sluice.engine.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link SlidingWindowCounter} as named examples: the one of its text, and where windows meet. */
final class SlidingWindowCounterSpecTest {
    private static final SlidingWindowCounter TEN_PER_MINUTE = new SlidingWindowCounter(60_000, 10);
    private static final SlidingWindowCounter ONE_PER_SECOND = new SlidingWindowCounter(1_000, 1);
    private static final long MINUTE = 60_000;

    /** 8 taken in the last minute and 3 in this one, 15 s into it. */
    private static SlidingCounterState ofTheText() {
        SlidingCounterState state = TEN_PER_MINUTE.charged(TEN_PER_MINUTE.full(MINUTE + 30_000), 8, 1);
        state = TEN_PER_MINUTE.charged(TEN_PER_MINUTE.at(state, 2 * MINUTE + 10_000), 3, 2);
        return TEN_PER_MINUTE.at(state, 2 * MINUTE + 15_000);
    }

    @Test
    void shouldFollowTheWorkedExample_whenFifteenSecondsIntoTheMinute() {
        // Given
        SlidingCounterState state = ofTheText();

        // Then
        assertThat(state).isEqualTo(new SlidingCounterState(2 * MINUTE + 15_000, 3, 8));
        assertThat(TEN_PER_MINUTE.remaining(state)).isEqualTo(1);
        assertThat(TEN_PER_MINUTE.admits(state, 1)).isTrue();
        assertThat(TEN_PER_MINUTE.admits(state, 2)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 0",
        // 3 + 2 + 8 * w/60 <= 10 from w = 37.5 s on.
        "2, 7500",
        // 3 + 7 = 10: when nothing of the older window counts, which is the end of this one.
        "7, 45000",
        // In the next minute this one's 3 fade: 8 + 3 * w/60 <= 10 from w = 40 s on.
        "8, 65000",
        "9, 85000",
        "10, 105000",
    })
    void shouldTellTheExactWait_whenTheOlderWindowFades(long cost, long wait) {
        // Given
        SlidingCounterState state = ofTheText();

        // When
        long told = TEN_PER_MINUTE.waitMillis(state, cost);

        // Then
        assertThat(told).isEqualTo(wait);
        SlidingCounterState then = TEN_PER_MINUTE.at(state, state.atMillis() + wait);
        assertThat(TEN_PER_MINUTE.admits(then, cost)).isTrue();
        if (wait > 0) {
            SlidingCounterState early = TEN_PER_MINUTE.at(state, state.atMillis() + wait - 1);
            assertThat(TEN_PER_MINUTE.admits(early, cost)).isFalse();
        }
    }

    @Test
    void shouldSayNever_whenCostIsAboveTheLimit() {
        assertThat(TEN_PER_MINUTE.waitMillis(ofTheText(), 11)).isEqualTo(Algorithm.NEVER);
        assertThat(TEN_PER_MINUTE.waitMillis(TEN_PER_MINUTE.full(0), 11)).isEqualTo(Algorithm.NEVER);
    }

    @ParameterizedTest
    @CsvSource({
        // charged at, full again after
        "0, 2000",
        "1, 1999",
        "500, 1500",
        "999, 1001",
        "1000, 2000",
    })
    void shouldCountTwoWindows_whenTheLimitIsOne(long chargedAt, long fullAfter) {
        // Given
        SlidingCounterState state = ONE_PER_SECOND.charged(ONE_PER_SECOND.full(chargedAt), 1, 0);

        // Then
        assertThat(ONE_PER_SECOND.fullAfterMillis(state)).isEqualTo(fullAfter);
        assertThat(ONE_PER_SECOND.waitMillis(state, 1)).isEqualTo(fullAfter);
        SlidingCounterState early = ONE_PER_SECOND.at(state, chargedAt + fullAfter - 1);
        assertThat(early.isFull()).isFalse();
        assertThat(ONE_PER_SECOND.remaining(early)).isZero();
        assertThat(ONE_PER_SECOND.at(state, chargedAt + fullAfter))
                .isEqualTo(ONE_PER_SECOND.full(chargedAt + fullAfter));
    }

    @Test
    void shouldNotJump_whenAWindowEnds() {
        // Given
        SlidingCounterState state = TEN_PER_MINUTE.charged(TEN_PER_MINUTE.full(0), 10, 0);

        // Then
        assertThat(TEN_PER_MINUTE.remaining(TEN_PER_MINUTE.at(state, MINUTE - 1)))
                .isZero();
        assertThat(TEN_PER_MINUTE.remaining(TEN_PER_MINUTE.at(state, MINUTE))).isZero();
        assertThat(TEN_PER_MINUTE.remaining(TEN_PER_MINUTE.at(state, MINUTE + 5_999)))
                .isZero();
        assertThat(TEN_PER_MINUTE.remaining(TEN_PER_MINUTE.at(state, MINUTE + 6_000)))
                .isEqualTo(1);
        assertThat(TEN_PER_MINUTE.remaining(TEN_PER_MINUTE.at(state, 2 * MINUTE - 1)))
                .isEqualTo(9);
        assertThat(TEN_PER_MINUTE.at(state, 2 * MINUTE)).isEqualTo(TEN_PER_MINUTE.full(2 * MINUTE));
    }

    @Test
    void shouldGiveBackToTheRightWindow_whenChargesAreOfThisOneTheLastOrNone() {
        // Given
        SlidingCounterState state = ofTheText();
        long at = state.atMillis();

        // Then
        assertThat(TEN_PER_MINUTE.returned(state, new Charge(2 * MINUTE, 0), 2))
                .isEqualTo(new SlidingCounterState(at, 1, 8));
        assertThat(TEN_PER_MINUTE.returned(state, new Charge(2 * MINUTE - 1, 0), 2))
                .isEqualTo(new SlidingCounterState(at, 3, 6));
        assertThat(TEN_PER_MINUTE.returned(state, new Charge(MINUTE, 0), 8))
                .isEqualTo(new SlidingCounterState(at, 3, 0));
        assertThat(TEN_PER_MINUTE.returned(state, new Charge(MINUTE - 1, 0), 2)).isEqualTo(state);
        // Never more than was taken.
        assertThat(TEN_PER_MINUTE.returned(state, new Charge(at, 0), 9)).isEqualTo(new SlidingCounterState(at, 0, 8));
    }

    @Test
    void shouldStayExact_whenLimitAndPeriodAreTheLargest() {
        // Given
        long period = Window.PERIOD_MILLIS_MAX;
        SlidingWindowCounter largest = new SlidingWindowCounter(period, TokenBucket.BURST_MAX);
        SlidingCounterState state = largest.charged(largest.full(0), TokenBucket.BURST_MAX, 0);

        // Then
        // More than one token fades each millisecond, from the second window on.
        assertThat(largest.waitMillis(state, 1)).isEqualTo(period + 1);
        assertThat(largest.remaining(largest.at(state, period))).isZero();
        // 10^12 * (period - 1) / period, rounded up, are in use.
        assertThat(largest.remaining(largest.at(state, period + 1))).isEqualTo(TokenBucket.BURST_MAX / period);
        assertThat(largest.fullAfterMillis(state)).isEqualTo(2 * period);
    }

    @Test
    void shouldChargeNothing_whenCostIsZero() {
        // Given
        SlidingCounterState state = ONE_PER_SECOND.charged(ONE_PER_SECOND.full(0), 1, 0);

        // Then
        assertThat(ONE_PER_SECOND.admits(state, 0)).isTrue();
        assertThat(ONE_PER_SECOND.charged(state, 0, 1)).isEqualTo(state);
    }

    @Test
    void shouldNameValueAndRange_whenOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SlidingWindowCounter(0, 1))
                .withMessage("per: 0 (expected: 1..316224000000)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SlidingWindowCounter(1, 0))
                .withMessage("limit: 0 (expected: 1..1000000000000)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TEN_PER_MINUTE.charged(ofTheText(), 2, 0))
                .withMessage("cost: 2 (expected: 0..1)");
    }
}
