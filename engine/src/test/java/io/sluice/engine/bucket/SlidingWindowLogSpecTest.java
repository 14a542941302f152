package io.sluice.engine.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.engine.bucket.SlidingLogState.Hit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link SlidingWindowLog} as named examples. */
final class SlidingWindowLogSpecTest {
    private static final SlidingWindowLog FIVE_PER_SECOND = new SlidingWindowLog(1_000, 5);

    /** One at 0, two at 400, and one more at 400: one left. */
    private static SlidingLogState fourTaken() {
        SlidingLogState state = FIVE_PER_SECOND.charged(FIVE_PER_SECOND.full(0), 1, 1);
        state = FIVE_PER_SECOND.charged(FIVE_PER_SECOND.at(state, 400), 2, 2);
        return FIVE_PER_SECOND.charged(state, 1, 3);
    }

    @Test
    void shouldKeepOneEntryPerMillisecond_whenChargedTwiceAtOnce() {
        // Given
        SlidingLogState state = fourTaken();

        // Then
        assertThat(state).isEqualTo(new SlidingLogState(400, List.of(new Hit(0, 1), new Hit(400, 3))));
        assertThat(FIVE_PER_SECOND.remaining(state)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"400, 1", "999, 1", "1000, 2", "1001, 2", "1399, 2", "1400, 5"})
    void shouldCountForExactlyThePeriod_whenChargedAtZeroAndFourHundred(long now, long remaining) {
        // When
        SlidingLogState state = FIVE_PER_SECOND.at(fourTaken(), now);

        // Then
        assertThat(FIVE_PER_SECOND.remaining(state)).isEqualTo(remaining);
        assertThat(state.isFull()).isEqualTo(now == 1_400);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "2, 600", "3, 1000", "5, 1000"})
    void shouldWaitForTheOldestToGo_whenTheWindowIsFull(long cost, long wait) {
        assertThat(FIVE_PER_SECOND.waitMillis(fourTaken(), cost)).isEqualTo(wait);
    }

    @Test
    void shouldSayNever_whenCostIsAboveTheLimit() {
        assertThat(FIVE_PER_SECOND.waitMillis(fourTaken(), 6)).isEqualTo(Algorithm.NEVER);
        assertThat(FIVE_PER_SECOND.waitMillis(FIVE_PER_SECOND.full(0), 6)).isEqualTo(Algorithm.NEVER);
    }

    @Test
    void shouldGiveBackFromItsMoment_whenTheChargeStillCounts() {
        // Given
        SlidingLogState state = fourTaken();

        // Then
        assertThat(FIVE_PER_SECOND.returned(state, new Charge(400, 2), 2))
                .isEqualTo(new SlidingLogState(400, List.of(new Hit(0, 1), new Hit(400, 1))));
        assertThat(FIVE_PER_SECOND.returned(state, new Charge(0, 1), 1))
                .isEqualTo(new SlidingLogState(400, List.of(new Hit(400, 3))));
        assertThat(FIVE_PER_SECOND.returned(state, new Charge(0, 1), 0)).isEqualTo(state);
    }

    @Test
    void shouldGiveBackNothing_whenTheChargeHasGone() {
        // Given
        SlidingLogState state = FIVE_PER_SECOND.at(fourTaken(), 1_000);

        // Then
        assertThat(FIVE_PER_SECOND.returned(state, new Charge(0, 1), 1)).isEqualTo(state);
    }

    @Test
    void shouldEqualOneNeverStored_whenEverythingWasGivenBack() {
        // When
        SlidingLogState state = FIVE_PER_SECOND.returned(fourTaken(), new Charge(0, 1), 1);
        state = FIVE_PER_SECOND.returned(state, new Charge(400, 2), 2);
        state = FIVE_PER_SECOND.returned(state, new Charge(400, 3), 1);

        // Then
        assertThat(state).isEqualTo(FIVE_PER_SECOND.full(400));
    }

    @Test
    void shouldStayWithinTheLimitInEveryWindow_whenTheEndOfAPeriodIsStraddled() {
        // Given
        SlidingLogState late = FIVE_PER_SECOND.charged(FIVE_PER_SECOND.full(999), 5, 0);

        // Then
        assertThat(FIVE_PER_SECOND.remaining(FIVE_PER_SECOND.at(late, 1_000))).isZero();
        assertThat(FIVE_PER_SECOND.remaining(FIVE_PER_SECOND.at(late, 1_998))).isZero();
        assertThat(FIVE_PER_SECOND.at(late, 1_999)).isEqualTo(FIVE_PER_SECOND.full(1_999));
    }

    @Test
    void shouldKeepAnEntryForEachToken_whenTheLimitIsTheLargest() {
        // Given
        SlidingWindowLog largest = new SlidingWindowLog(10_000, SlidingWindowLog.LIMIT_MAX);
        SlidingLogState state = largest.full(0);

        // When
        for (int moment = 0; moment < 1_000; moment++) {
            state = largest.charged(largest.at(state, moment), 1, moment);
        }

        // Then
        assertThat(state.hits()).hasSize(1_000);
        assertThat(largest.remaining(state)).isZero();
        assertThat(largest.nextTokenMillis(state)).isEqualTo(9_001);
        assertThat(largest.fullAfterMillis(state)).isEqualTo(10_000);
    }

    @Test
    void shouldForgetAtOnce_whenTheSuccessorLooksLessFarBack() {
        // Given
        SlidingLogState state = FIVE_PER_SECOND.at(fourTaken(), 800);
        SlidingWindowLog shorter = new SlidingWindowLog(500, 3);

        // When
        SlidingLogState handed = (SlidingLogState) FIVE_PER_SECOND.handedTo(shorter, state);

        // Then
        // The charge at 0 would have gone at 500, so it is in nobody's way, least of all for a time already past.
        assertThat(handed).isEqualTo(new SlidingLogState(800, List.of(new Hit(400, 3))));
        assertThat(shorter.waitMillis(handed, 1)).isEqualTo(100);
    }

    @Test
    void shouldHandOverTheVeryCharges_whenTheSuccessorLooksFurtherBack() {
        // Given
        SlidingWindowLog longer = new SlidingWindowLog(2_000, 5);

        // When
        BucketState handed = FIVE_PER_SECOND.handedTo(longer, fourTaken());

        // Then
        assertThat(handed).isEqualTo(fourTaken());
        assertThat(longer.waitMillis(handed, 2)).isEqualTo(1_600);
    }

    @Test
    void shouldNameValueAndRange_whenOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SlidingWindowLog(0, 1))
                .withMessage("per: 0 (expected: 1..316224000000)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SlidingWindowLog(1, 1_001))
                .withMessage("limit: 1001 (expected: 1..1000)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FIVE_PER_SECOND.charged(fourTaken(), 2, 0))
                .withMessage("cost: 2 (expected: 0..1)");
    }
}
