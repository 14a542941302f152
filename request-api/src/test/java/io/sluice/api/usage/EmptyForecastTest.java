package io.sluice.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.usage.UsageOutcome;
import io.sluice.schemas.usage.UsageRecord;
import io.sluice.schemas.usage.UsageRow;
import io.sluice.schemas.usage.UsageWindow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class EmptyForecastTest {
    private static final long MINUTE = UsageWindow.MINUTE.millis();
    private static final long HOUR = UsageWindow.HOUR.millis();
    private static final long DAY = UsageWindow.DAY.millis();
    /** Half a minute into a minute. */
    private static final long NOW = 1_699_920_000_000L + 30_000;

    /** So many tokens in each of the last minutes, the open one among them. */
    private static List<UsageRecord> minutes(int count, long charged) {
        List<UsageRecord> minutes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            minutes.add(new UsageRecord(
                    UsageWindow.MINUTE,
                    UsageWindow.MINUTE.startOf(NOW) - i * MINUTE,
                    "acme",
                    1,
                    List.of(
                            new UsageRow("free", "", "", UsageOutcome.ALLOWED, 1, 1, 77),
                            new UsageRow("free", "", "other", UsageOutcome.ALLOWED, 1, 1, 77),
                            new UsageRow("free", "", "limit", UsageOutcome.ALLOWED, 1, 1, charged),
                            new UsageRow("pro", "", "limit", UsageOutcome.SHADOW_ALLOWED, 1, 1, charged))));
        }
        return minutes;
    }

    /** 1,200 tokens that come back within a day, evenly or all at its end. */
    private static LimitStatus limit(long remaining, boolean atOnce) {
        return LimitStatus.of("limit", "")
                .limit(1_200)
                .remaining(remaining)
                .windowMillis(DAY)
                .resetAfterMillis(remaining == 1_200 ? 0 : 10 * HOUR)
                .nextTokenMillis(remaining == 1_200 ? 0 : atOnce ? 10 * HOUR : 72_000)
                .retryAfterMillis(0L)
                .build();
    }

    private static @Nullable Long hoursUntilEmpty(LimitStatus limit, List<UsageRecord> minutes) {
        Long at = EmptyForecast.of(List.of(limit), minutes, NOW).get(0).emptyAtMillis();
        return at == null ? null : (at - NOW) / HOUR;
    }

    @Test
    void shouldCountWhatComesBack_whenTokensComeBackEvenly() {
        // 60 minutes of 2 x 1 tokens are 120 in an hour; 50 of them come back.
        assertThat(EmptyForecast.of(List.of(limit(700, false)), minutes(60, 1), NOW))
                .containsExactly(new EmptyForecast("limit", 1_200, 700, 120, 10, NOW + 10 * HOUR));
        // 48 in an hour are less than what comes back.
        assertThat(hoursUntilEmpty(limit(700, false), minutes(24, 1).subList(5, 24)))
                .isNull();
    }

    @Test
    void shouldNotWaitForTokens_whenTheyComeBackAtTheEndOfAWindow() {
        assertThat(hoursUntilEmpty(limit(600, true), minutes(60, 1))).isEqualTo(5);
        // It would be empty after 10 hours, but then all of them are back.
        assertThat(hoursUntilEmpty(limit(1_199, true), minutes(60, 1))).isEqualTo(9);
        assertThat(hoursUntilEmpty(
                        limit(1_199, true).toBuilder()
                                .resetAfterMillis(9 * HOUR)
                                .nextTokenMillis(9 * HOUR)
                                .build(),
                        minutes(60, 1)))
                .isNull();
    }

    @Test
    void shouldTakeTheFasterRate_whenTheLastMinutesWereFaster() {
        // 5 minutes of 2 x 10 tokens are 100, 1,200 in an hour.
        assertThat(EmptyForecast.of(List.of(limit(600, true)), minutes(5, 10), NOW))
                .containsExactly(new EmptyForecast("limit", 1_200, 600, 100, 100, NOW + HOUR / 2));
    }

    @Test
    void shouldSayNothing_whenNothingIsUsedOrItIsNotTheAccounts() {
        assertThat(hoursUntilEmpty(limit(600, true), List.of())).isNull();
        assertThat(hoursUntilEmpty(limit(600, false), minutes(60, -3))).isNull();
        LimitStatus ofClient = LimitStatus.of("limit", "acme/app").limit(5).build();
        assertThat(EmptyForecast.of(List.of(ofClient), minutes(60, 1), NOW)).isEmpty();
    }

    @Test
    void shouldSayNow_whenNothingIsLeft() {
        assertThat(hoursUntilEmpty(limit(0, true), minutes(60, 1))).isZero();
        assertThat(hoursUntilEmpty(limit(-40, false), minutes(60, 1))).isZero();
    }

    @Test
    void shouldNotOverflow_whenNumbersAreLarge() {
        LimitStatus large = limit(600, false).toBuilder()
                .limit(1_000_000_000_000L)
                .remaining(1_000_000_000_000L)
                .windowMillis(Long.MAX_VALUE)
                .build();

        assertThat(hoursUntilEmpty(large, minutes(60, 1))).isNull();
        assertThat(hoursUntilEmpty(large, minutes(60, 1_000_000_000_000L))).isZero();
    }
}
