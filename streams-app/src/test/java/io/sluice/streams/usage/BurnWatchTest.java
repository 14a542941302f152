package io.sluice.streams.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.alert.BurnRateAlert;
import io.sluice.schemas.usage.DecisionCounts;
import io.sluice.schemas.usage.DecisionCounts.Kind;
import io.sluice.schemas.usage.DecisionCounts.Labels;
import io.sluice.schemas.usage.DecisionCounts.LimitAnswer;
import io.sluice.schemas.usage.QuotaLevel;
import io.sluice.schemas.usage.UsageOutcome;
import io.sluice.schemas.usage.UsageWindow;
import io.sluice.streams.usage.CrashingUsage.Logged;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The watch for burn rates of one partition without Kafka: what it alerts to, over crashes, and within its bounds. */
final class BurnWatchTest {
    private static final long SEED = 20_261_130L;
    private static final long MINUTE = UsageWindow.MINUTE.millis();
    private static final long HOUR = UsageWindow.HOUR.millis();
    private static final long DAY = UsageWindow.DAY.millis();
    private static final long MIDNIGHT = 1_699_920_000_000L;
    /** An hour sustains 100 of it. */
    private static final long LIMIT = 2_400;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final UsageMetrics metrics = new UsageMetrics(registry);
    private final List<BurnRateAlert> alerts = new ArrayList<>();
    private BurnBounds bounds = BurnBounds.standard();
    private TreeStore store = new TreeStore();
    private PartitionUsage usage = usage(store);
    private long offset;

    private PartitionUsage usage(TreeStore over) {
        UsageBounds all = UsageBounds.standard().withBurn(bounds);
        SpikeWatch spikes = new SpikeWatch(over, all.spikes(), metrics.spikes(), alert -> {});
        BurnWatch burn = new BurnWatch(over, bounds, metrics.burn(), alerts::add, new UsageEntryReader(metrics));
        return new PartitionUsage(over, all, metrics, record -> {}, new Watches(spikes, burn));
    }

    private void with(BurnBounds newBounds) {
        bounds = newBounds;
        usage = usage(store);
    }

    private static DecisionCounts counts(String account, long charged, QuotaLevel level) {
        LimitAnswer answer = new LimitAnswer("daily", UsageOutcome.ALLOWED, charged, charged, level);
        return new DecisionCounts(
                Kind.ADMISSION,
                account,
                List.of(account),
                null,
                new Labels("free", ""),
                UsageOutcome.ALLOWED,
                1,
                0,
                charged,
                charged,
                List.of(answer),
                null);
    }

    /** A window of a day that has this much left, and that many hours. */
    private static QuotaLevel window(long remaining, long resetHours) {
        return new QuotaLevel(LIMIT, remaining, DAY, resetHours * HOUR, resetHours * HOUR);
    }

    private void count(String account, long charged, QuotaLevel level, long minute) {
        usage.count(counts(account, charged, level), MIDNIGHT + minute * MINUTE, offset++);
    }

    @Test
    void shouldBeQuiet_whenAShortBurstIsOver() {
        // Given a burst of four minutes, which is a sixth of the day's quota in the hour
        for (long minute = 0; minute < 4; minute++) {
            count("acme", 100, window(2_000 - minute * 100, 20), minute);
        }

        // When
        for (long minute = 4; minute < 60; minute++) {
            count("acme", 1, window(1_600 - minute, 20), minute);
        }

        // Then the hour never had 600
        assertThat(alerts).isEmpty();
    }

    @Test
    void shouldAlert_whenNobodyAsksForHoursAfterTheBurn() {
        // Given a job that takes a third of the day's quota in one minute
        count("acme", 800, window(1_600, 20), 0);

        // When the next decision comes after the minutes of that time are kept no longer
        count("acme", 1, window(1_599, 17), 180);

        // Then
        assertThat(alerts).extracting(BurnRateAlert::chargedLastHour).containsExactly(800L);
    }

    @Test
    void shouldBeQuiet_whenTheQuotaLastsUntilItComesBack() {
        // When ten times the pace, and one hour to go
        for (long minute = 0; minute < 60; minute++) {
            count("acme", 17, window(2_000 - minute * 17, 1), minute);
        }

        // Then
        assertThat(alerts).isEmpty();
    }

    @Test
    void shouldLetTheRefillCount_whenTokensComeBackEvenly() {
        // Given a bucket that fills in a day, and takes seven times what flows back
        for (long minute = 0; minute < 70; minute++) {
            QuotaLevel level = new QuotaLevel(LIMIT, 1_200, DAY, 12 * HOUR, 30_000);
            count("acme", 12, level, minute);
        }

        // Then it loses 500 an hour
        assertThat(alerts).hasSize(1);
        BurnRateAlert alert = alerts.get(0);
        assertThat(alert.chargedLastHour()).isEqualTo(600);
        assertThat(alert.chargedLastFiveMinutes()).isEqualTo(60);
        assertThat(alert.emptyAtMillis()).isEqualTo(alert.decidedAtMillis() - MINUTE + 1_200 * HOUR / 500);
        assertThat(alert.fullAtMillis()).isEqualTo(alert.decidedAtMillis() - MINUTE + 12 * HOUR);
    }

    @Test
    void shouldSayNothing_whenAPeriodIsShortOrNobodyWantsToKnow() {
        // Given
        with(new BurnBounds(60, Duration.ofHours(30), Duration.ZERO, 10));
        for (long minute = 0; minute < 70; minute++) {
            count("acme", 20, window(2_000, 20), minute);
        }
        assertThat(alerts).as("a period of a day").isEmpty();

        // When
        with(new BurnBounds(0, Duration.ofHours(12), Duration.ZERO, 10));
        for (long minute = 70; minute < 140; minute++) {
            count("acme", 20, window(2_000, 20), minute);
        }

        // Then
        assertThat(alerts).as("switched off").isEmpty();
    }

    @Test
    void shouldAlertOnceForEachTime_whenItEndsAndComesBack() {
        // Given a cool-down of an hour: it burns from 0 to 2 h, at 2:10 h, and from 4 h on
        with(new BurnBounds(60, Duration.ofHours(12), Duration.ofHours(1), 10));
        for (long minute = 0; minute < 330; minute++) {
            boolean burns = minute < 120 || (minute >= 130 && minute < 140) || minute >= 240;
            count("acme", burns ? 20 : 0, window(2_000, 20), minute);
        }

        // Then
        assertThat(alerts).hasSize(3);
        assertThat(alerts)
                .extracting(alert -> (alert.decidedAtMillis() - MIDNIGHT) / MINUTE)
                .containsExactly(30L, 133L, 270L);
    }

    @Test
    void shouldWaitForTheCoolDown_whenItComesBackSoon() {
        // Given it burns, is over, and burns again
        for (long minute = 0; minute < 300; minute++) {
            boolean burns = minute < 40 || minute >= 60;
            count("acme", burns ? 20 : 0, window(2_000, 20), minute);
        }

        // Then the second time is told when two hours are over
        assertThat(alerts)
                .extracting(alert -> (alert.decidedAtMillis() - MIDNIGHT) / MINUTE)
                .containsExactly(30L, 150L);
    }

    @Test
    void shouldWatchNoMoreThanItMay_whenManyAccountsBurn() {
        // Given
        with(new BurnBounds(60, Duration.ofHours(12), Duration.ofHours(1), 3));

        // When
        for (long minute = 0; minute < 35; minute++) {
            for (int account = 9; account >= 0; account--) {
                count("account-" + account, 20, window(2_000, 20), minute);
            }
        }

        // Then the first by name are watched, whatever the order in which they came
        assertThat(alerts).extracting(BurnRateAlert::account).containsExactly("account-0", "account-1", "account-2");
        assertThat(registry.get("sluice.burn.rate.unwatched").counter().count()).isPositive();

        // And they make room again
        count("other", 1, window(2_000, 20), 200);
        count("other", 1, window(2_000, 20), 260);
        BurnWatch later = new BurnWatch(store, bounds, metrics.burn(), alerts::add, new UsageEntryReader(metrics));
        assertThat(later.accounts()).isZero();
    }

    @Test
    void shouldSayTheSame_whenItCrashesAgainAndAgain() {
        // Given a log in which accounts burn now and then, and room for fewer than it has
        SplittableRandom random = new SplittableRandom(SEED);
        with(new BurnBounds(20, Duration.ofHours(12), Duration.ofMinutes(20), 3));
        List<Logged> log = new ArrayList<>();
        long at = MIDNIGHT;
        for (int i = 0; i < 8_000; i++) {
            at += random.nextLong(MINUTE / 2);
            int account = random.nextInt(6);
            boolean burns = (i / 400 + account) % 3 == 0;
            long charged = burns ? random.nextLong(40) : random.nextLong(2);
            log.add(new Logged(counts("account-" + account, charged, window(random.nextLong(LIMIT), 20)), at));
        }
        for (int i = 0; i < log.size(); i++) {
            usage.count(log.get(i).counts(), log.get(i).atMillis(), i);
        }
        List<BurnRateAlert> expected = List.copyOf(alerts);

        // When it loses what it had not committed, and reads it again
        alerts.clear();
        int crashes = CrashingUsage.read(log, this::usage, alerts, random);

        // Then
        Comparator<BurnRateAlert> order =
                Comparator.comparingLong(BurnRateAlert::decidedAtMillis).thenComparing(BurnRateAlert::account);
        assertThat(crashes).as("seed %d", SEED).isGreaterThan(20);
        assertThat(expected).as("seed %d", SEED).hasSizeGreaterThan(10);
        assertThat(alerts.stream().sorted(order))
                .as("seed %d", SEED)
                .containsExactlyElementsOf(expected.stream().sorted(order).toList());
        assertThat(registry.get("sluice.burn.rate.unwatched").counter().count()).isPositive();
    }
}
