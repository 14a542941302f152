package io.sluice.engine.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link FixedWindow} as named examples; where calendar windows begin is told by {@link CalendarWindowTest}. */
final class FixedWindowSpecTest {
    private static final FixedWindow EPOCH = new FixedWindow(new Window.EpochAligned(1_000), 5);
    private static final FixedWindow FIRST_HIT = new FixedWindow(new Window.FirstHit(1_000), 5);
    private static final FixedWindow MONTHLY =
            new FixedWindow(new Window.Calendar(Window.Unit.MONTH, ZoneId.of("Europe/Berlin"), 31), 5);

    private static long millis(String instant) {
        return Instant.parse(instant).toEpochMilli();
    }

    @ParameterizedTest
    @CsvSource({"1600, 1", "1601, 1", "1999, 1", "2000, 5", "2001, 5"})
    void shouldComeBackAtTheScheduledTimeOfTheSecond_whenCountedFromTheEpoch(long now, long remaining) {
        // Given
        WindowState state = EPOCH.charged(EPOCH.full(1_600), 4, 0);

        // Then
        assertThat(EPOCH.remaining(EPOCH.at(state, now))).isEqualTo(remaining);
    }

    @ParameterizedTest
    @CsvSource({"1600, 1", "2000, 1", "2599, 1", "2600, 5", "2601, 5"})
    void shouldComeBackAfterTheWholePeriod_whenCountedFromTheFirstCharge(long now, long remaining) {
        // Given
        WindowState state = FIRST_HIT.charged(FIRST_HIT.full(1_600), 4, 0);

        // Then
        assertThat(FIRST_HIT.remaining(FIRST_HIT.at(state, now))).isEqualTo(remaining);
    }

    @Test
    void shouldNotMoveTheWindow_whenASecondChargeFollows() {
        // Given
        WindowState first = FIRST_HIT.charged(FIRST_HIT.full(1_600), 4, 0);

        // When
        WindowState second = FIRST_HIT.charged(FIRST_HIT.at(first, 2_000), 1, 1);

        // Then
        assertThat(second).isEqualTo(new WindowState(2_000, 1_600, 5));
        assertThat(FIRST_HIT.waitMillis(second, 1)).isEqualTo(600);
        assertThat(FIRST_HIT.at(second, 2_600)).isEqualTo(FIRST_HIT.full(2_600));
    }

    @Test
    void shouldOpenNoWindow_whenCostIsZero() {
        // When
        WindowState state = FIRST_HIT.charged(FIRST_HIT.full(1_600), 0, 0);

        // Then
        assertThat(state).isEqualTo(FIRST_HIT.full(1_600));
        assertThat(FIRST_HIT.charged(FIRST_HIT.at(state, 2_000), 1, 1).startMillis())
                .isEqualTo(2_000);
    }

    @Test
    void shouldAdmitTwiceTheLimit_whenTheEndOfAWindowIsStraddled() {
        // Given
        WindowState late = EPOCH.charged(EPOCH.full(1_999), 5, 0);

        // Then
        assertThat(EPOCH.waitMillis(late, 5)).isEqualTo(1);
        assertThat(EPOCH.admits(EPOCH.at(late, 2_000), 5)).isTrue();
    }

    @Test
    void shouldWaitForTheEndWhateverTheCost_whenDenied() {
        // Given
        WindowState state = EPOCH.charged(EPOCH.full(1_600), 4, 0);

        // Then
        assertThat(EPOCH.waitMillis(state, 0)).isZero();
        assertThat(EPOCH.waitMillis(state, 1)).isZero();
        assertThat(EPOCH.waitMillis(state, 2)).isEqualTo(400);
        assertThat(EPOCH.waitMillis(state, 5)).isEqualTo(400);
        assertThat(EPOCH.nextTokenMillis(state)).isEqualTo(400);
        assertThat(EPOCH.fullAfterMillis(state)).isEqualTo(400);
        assertThat(EPOCH.waitMillis(state, 6)).isEqualTo(Algorithm.NEVER);
    }

    @Test
    void shouldGiveBack_whenTheChargeIsOfThisWindow() {
        // Given
        WindowState state = EPOCH.at(EPOCH.charged(EPOCH.full(1_000), 4, 0), 1_999);

        // Then
        assertThat(EPOCH.remaining(EPOCH.returned(state, new Charge(1_000, 0), 1)))
                .isEqualTo(2);
        assertThat(EPOCH.returned(state, new Charge(1_000, 0), 4)).isEqualTo(EPOCH.full(1_999));
    }

    @Test
    void shouldGiveBackNothing_whenTheChargeIsOfAnEarlierWindow() {
        // Given
        WindowState state = EPOCH.charged(EPOCH.full(2_000), 4, 0);

        // Then
        assertThat(EPOCH.returned(state, new Charge(1_999, 0), 3)).isEqualTo(state);
    }

    @Test
    void shouldCountTheCustomersMonth_whenAnchoredAtTheThirtyFirst() {
        // Given
        WindowState january = MONTHLY.charged(MONTHLY.full(millis("2026-01-31T12:00:00Z")), 5, 0);

        // Then
        assertThat(MONTHLY.remaining(MONTHLY.at(january, millis("2026-02-27T22:59:59.999Z"))))
                .isZero();
        assertThat(MONTHLY.remaining(MONTHLY.at(january, millis("2026-02-27T23:00:00Z"))))
                .isEqualTo(5);
        assertThat(MONTHLY.windowMillis(january)).isEqualTo(28L * 86_400_000);
        assertThat(MONTHLY.waitMillis(january, 1))
                .isEqualTo(millis("2026-02-27T23:00:00Z") - millis("2026-01-31T12:00:00Z"));
    }

    @Test
    void shouldTellTheWindowThatIsThere_whenFullOrNot() {
        // Given
        WindowState taken = FIRST_HIT.charged(FIRST_HIT.full(5), 1, 0);

        // Then
        assertThat(FIRST_HIT.windowMillis(taken)).isEqualTo(1_000);
        assertThat(EPOCH.windowMillis(EPOCH.full(5))).isEqualTo(1_000);
        // February, which is a day longer in a leap year, and March, which loses an hour to summer time.
        assertThat(MONTHLY.windowMillis(MONTHLY.full(millis("2028-02-10T00:00:00Z"))))
                .isEqualTo(29L * 86_400_000);
        assertThat(MONTHLY.windowMillis(MONTHLY.full(millis("2026-03-10T00:00:00Z"))))
                .isEqualTo(31L * 86_400_000 - 3_600_000);
    }

    @Test
    void shouldKeepTheState_whenTheClockTurnsBack() {
        // Given
        WindowState state = EPOCH.charged(EPOCH.full(2_000), 4, 0);

        // Then
        assertThat(EPOCH.at(state, 1_999)).isSameAs(state);
        assertThat(EPOCH.at(state, 2_000)).isSameAs(state);
    }

    @Test
    void shouldNameValueAndRange_whenOutOfRange() {
        ZoneId utc = ZoneId.of("UTC");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FixedWindow(new Window.FirstHit(1), 0))
                .withMessage("limit: 0 (expected: 1..1000000000000)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Window.FirstHit(0))
                .withMessage("per: 0 (expected: 1..316224000000)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Window.EpochAligned(Window.PERIOD_MILLIS_MAX + 1))
                .withMessage("per: 316224000001 (expected: 1..316224000000)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Window.Calendar(Window.Unit.MONTH, utc, 32))
                .withMessage("anchorDay: 32 (expected: 1..31)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Window.Calendar(Window.Unit.DAY, utc, 2))
                .withMessage("anchorDay: 2 (expected: 1..1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EPOCH.charged(EPOCH.full(0), 6, 0))
                .withMessage("cost: 6 (expected: 0..5)");
    }
}
