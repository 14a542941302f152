package io.sluice.streams.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.alert.SpikeAlert;
import io.sluice.schemas.usage.DecisionCounts;
import io.sluice.schemas.usage.DecisionCounts.Kind;
import io.sluice.schemas.usage.DecisionCounts.Labels;
import io.sluice.schemas.usage.DecisionCounts.LimitAnswer;
import io.sluice.schemas.usage.UsageOutcome;
import io.sluice.schemas.usage.UsageRecord;
import io.sluice.schemas.usage.UsageRow;
import io.sluice.schemas.usage.UsageWindow;
import io.sluice.streams.usage.CrashingUsage.Logged;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The watch for spikes of one partition without Kafka: what it alerts to, over crashes, and within its bounds. */
final class SpikeWatchTest {
    private static final long SEED = 20_261_130L;
    private static final long MINUTE = UsageWindow.MINUTE.millis();
    private static final long BUCKET = 5 * MINUTE;
    private static final long MIDNIGHT = 1_699_920_000_000L;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final UsageMetrics metrics = new UsageMetrics(registry);
    private final List<SpikeAlert> alerts = new ArrayList<>();
    private SpikeBounds bounds = SpikeBounds.standard();
    private TreeStore store = new TreeStore();
    private PartitionUsage usage = usage(store);
    private long offset;

    private PartitionUsage usage(TreeStore over) {
        return new PartitionUsage(
                over,
                UsageBounds.standard().withSpikes(bounds),
                metrics,
                record -> {},
                new Watches(new SpikeWatch(over, bounds, metrics.spikes(), alerts::add), UsageFixture.noBurn(over)));
    }

    private void with(SpikeBounds newBounds) {
        bounds = newBounds;
        usage = usage(store);
    }

    private static DecisionCounts counts(String account, String limitId, long allowed, long denied) {
        UsageOutcome outcome = denied == 0 ? UsageOutcome.ALLOWED : UsageOutcome.DENIED;
        return new DecisionCounts(
                Kind.ADMISSION,
                account,
                List.of(account),
                null,
                new Labels("free", ""),
                outcome,
                allowed,
                denied,
                1,
                allowed,
                List.of(new LimitAnswer(limitId, outcome, 1, allowed)),
                null);
    }

    private void count(String account, long requests, long atMillis) {
        usage.count(counts(account, "per-client", requests, 0), MIDNIGHT + atMillis, offset++);
    }

    /** So many requests in each bucket, up to this one. */
    private void usual(String account, int buckets, long requests) {
        for (int bucket = 0; bucket < buckets; bucket++) {
            count(account, requests, bucket * BUCKET);
        }
    }

    @Test
    void shouldSayWhatWasUsualAndWhatWasSeen_whenAnAccountMakesFarMoreRequests() {
        // Given
        usual("acme", 20, 40);

        // When, in the second minute of the next bucket
        count("acme", 100, 20 * BUCKET);
        count("acme", 150, 20 * BUCKET + MINUTE);
        usage.count(counts("acme", "per-client", 0, 10), MIDNIGHT + 20 * BUCKET + MINUTE, offset++);
        count("acme", 500, 20 * BUCKET + 2 * MINUTE);
        count("acme", 500, 21 * BUCKET);

        // Then it is told once, for the account and for its limit
        assertThat(alerts)
                .contains(new SpikeAlert(
                        "acme",
                        "per-client",
                        MIDNIGHT + 20 * BUCKET,
                        BUCKET,
                        260,
                        10,
                        40,
                        7,
                        20,
                        MIDNIGHT + 20 * BUCKET + 2 * MINUTE))
                .hasSize(2)
                .extracting(SpikeAlert::limitId)
                .containsExactlyInAnyOrder("", "per-client");
        assertThat(registry.get("sluice.spikes").counter().count()).isEqualTo(2);
    }

    @Test
    void shouldBeQuiet_whenAnAccountIsNewOrWasSilentForLong() {
        // A new one
        count("new", 10_000, 0);
        count("new", 10_000, BUCKET);
        // One of long ago
        usual("old", 20, 40);
        count("old", 10_000, 100 * BUCKET);
        count("old", 10_000, 101 * BUCKET);

        assertThat(alerts).isEmpty();
    }

    @Test
    void shouldCountSilenceAsZero_whenAnAccountPauses() {
        // Given an account of which little is usual
        count("acme", 1, 0);

        // When
        count("acme", 300, 12 * BUCKET);
        assertThat(alerts).isEmpty();
        count("acme", 1, 13 * BUCKET);

        // Then
        assertThat(alerts).hasSize(2).allSatisfy(alert -> {
            assertThat(alert.usualRequests()).isZero();
            assertThat(alert.usualDeviation()).isEqualTo(1);
            assertThat(alert.usualBuckets()).isEqualTo(12);
        });
    }

    @Test
    void shouldAlertAgain_whenASpikeComesAfterTheCoolDown() {
        // Given
        usual("acme", 20, 40);
        count("acme", 1_000, 20 * BUCKET);
        for (int bucket = 21; bucket < 60; bucket++) {
            // The 30th is a spike within the cool-down, and the 50th a larger one after it.
            count("acme", bucket == 30 ? 5_000 : bucket == 50 ? 5_501 : 40, bucket * BUCKET);
        }

        assertThat(alerts.stream().filter(alert -> alert.limitId().isEmpty()))
                .extracting(SpikeAlert::requests)
                .containsExactly(1_000L, 5_501L);
    }

    @Test
    void shouldSayTheSame_whenItCrashesAgainAndAgain() {
        // Given a log with spikes, and room for fewer accounts than it has
        SplittableRandom random = new SplittableRandom(SEED);
        with(new SpikeBounds(5, 12, 3, 3_500, 50, Duration.ofMinutes(20), 6, 2));
        List<Logged> log = new ArrayList<>();
        long at = MIDNIGHT;
        for (int i = 0; i < 6_000; i++) {
            at += random.nextLong(random.nextInt(50) == 0 ? 40 * MINUTE : MINUTE);
            long requests = random.nextInt(30) == 0 ? random.nextLong(1_000) : random.nextLong(10);
            log.add(new Logged(counts("account-" + random.nextInt(9), "limit-" + random.nextInt(4), requests, 0), at));
        }
        for (int i = 0; i < log.size(); i++) {
            usage.count(log.get(i).counts(), log.get(i).atMillis(), i);
        }
        List<SpikeAlert> expected = List.copyOf(alerts);

        // When it loses what it had not committed, and reads it again
        alerts.clear();
        int crashes = CrashingUsage.read(log, this::usage, alerts, random);

        // Then
        Comparator<SpikeAlert> order = Comparator.comparingLong(SpikeAlert::decidedAtMillis)
                .thenComparing(SpikeAlert::account)
                .thenComparing(SpikeAlert::limitId);
        assertThat(crashes).as("seed %d", SEED).isGreaterThan(20);
        assertThat(expected).as("seed %d", SEED).hasSizeGreaterThan(20);
        assertThat(alerts.stream().sorted(order))
                .as("seed %d", SEED)
                .containsExactlyElementsOf(expected.stream().sorted(order).toList());
        assertThat(registry.get("sluice.spike.unwatched")
                        .tag("bound", "accounts")
                        .counter()
                        .count())
                .isPositive();
        assertThat(registry.get("sluice.spike.unwatched")
                        .tag("bound", "limits")
                        .counter()
                        .count())
                .isPositive();
    }

    @Test
    void shouldStillWatchThoseThatItKnows_whenManyAccountsAreInvented() {
        // Given
        with(SpikeBounds.standard().with(1_000, 4));
        usual("acme", 20, 40);

        // When
        for (int i = 0; i < 40_000; i++) {
            count("invented-" + i, 1, 20 * BUCKET + i);
        }
        count("acme", 1_000, 20 * BUCKET + 40_000);
        count("acme", 1, 21 * BUCKET);

        // Then
        assertThat(alerts)
                .hasSize(2)
                .allSatisfy(alert -> assertThat(alert.account()).isEqualTo("acme"));

        // And they make room again
        count("acme", 1, 120 * BUCKET);
        for (int bucket = 121; bucket < 135; bucket++) {
            count("acme", 1, bucket * BUCKET);
        }
        SpikeWatch watch = new SpikeWatch(store, bounds, metrics.spikes(), alerts::add);
        assertThat(watch.accounts()).isEqualTo(1);
    }

    @Test
    void shouldAlertOnce_whenASpikeGrowsAndNothingCoolsDown() {
        // Given
        with(SpikeBounds.standard().withRule(3_500, 200, Duration.ZERO));
        usual("acme", 60, 40);

        // When: each bucket is above the mean, but the second not above the first
        count("acme", 5_000, 60 * BUCKET);
        count("acme", 5_000, 61 * BUCKET);
        count("acme", 9_000, 62 * BUCKET);
        count("acme", 40, 63 * BUCKET);

        // Then
        assertThat(alerts.stream().filter(alert -> alert.limitId().isEmpty()))
                .extracting(SpikeAlert::requests)
                .containsExactly(5_000L);
    }

    @Test
    void shouldCountOnceAndWatchTheOthers_whenAHistoryCannotBeRead() {
        // Given a history of a version that nobody knows, of an account that is there and of one that is gone
        count("gone", 40, 0);
        for (int bucket = 0; bucket < 20; bucket++) {
            count("acme", 40, bucket * BUCKET);
            count("broken", 40, bucket * BUCKET);
        }
        count("acme", 1, 20 * BUCKET);
        for (String account : List.of("broken", "gone")) {
            byte[] unknown = store.get(UsageKeys.history(account)).clone();
            unknown[0] = 9;
            store.put(UsageKeys.history(account), unknown);
        }

        // When two minutes and the bucket end
        count("broken", 1_000, 20 * BUCKET + 1);
        count("acme", 1_000, 20 * BUCKET + MINUTE);
        count("broken", 1_000, 20 * BUCKET + MINUTE);
        for (int bucket = 21; bucket < 40; bucket++) {
            count("acme", 40, bucket * BUCKET);
            count("broken", 40, bucket * BUCKET);
        }

        // Then each request counts once, the other account is watched, and this one is again in an hour
        usage.save();
        assertThat(requestsOfHour("broken", MIDNIGHT + Duration.ofHours(1).toMillis()))
                .isEqualTo(8 * 40 + 2_000 + 3 * 40);
        assertThat(alerts)
                .hasSize(2)
                .allSatisfy(alert -> assertThat(alert.account()).isEqualTo("acme"));
        assertThat(registry.get("sluice.spike.histories.unreadable").counter().count())
                .isPositive();
        assertThat(registry.get("sluice.usage.minutes.failed").counter().count())
                .isZero();
        count("broken", 5_000, 40 * BUCKET);
        count("broken", 1, 41 * BUCKET);
        assertThat(alerts).hasSize(4);
        assertThat(store.get(UsageKeys.history("gone"))).isNull();
    }

    @Test
    void shouldCountOnce_whenTheEndOfAMinuteFails() {
        // Given a watch that fails when it alerts
        PartitionUsage failing = new PartitionUsage(
                store,
                UsageBounds.standard(),
                metrics,
                record -> {},
                new Watches(
                        new SpikeWatch(store, bounds, metrics.spikes(), alert -> {
                            throw new IllegalStateException("no alert");
                        }),
                        UsageFixture.noBurn(store)));
        usage = failing;
        usual("acme", 13, 40);

        // When
        count("acme", 1_000, 13 * BUCKET);
        count("acme", 7, 13 * BUCKET + MINUTE);
        count("acme", 7, 14 * BUCKET);
        count("acme", 7, 15 * BUCKET);
        failing.save();

        // Then the minute is over, and the next buckets are not mixed with it
        assertThat(requestsOfHour("acme", MIDNIGHT + Duration.ofHours(1).toMillis()))
                .isEqualTo(40 + 1_000 + 7 + 7 + 7);
        assertThat(registry.get("sluice.usage.minutes.failed").counter().count())
                .isPositive();
    }

    private long requestsOfHour(String account, long fromMillis) {
        UsageRecord found = Objects.requireNonNull(usage.usage(account, UsageWindow.HOUR, fromMillis));
        return found.rows().stream()
                .filter(UsageRow::countsRequests)
                .mapToLong(UsageRow::requests)
                .sum();
    }

    @Test
    void shouldBeginAnew_whenTheLengthOfBucketsIsChanged() {
        // Given what is usual in a minute
        with(SpikeBounds.standard().withBuckets(1, 72, 12));
        for (int minute = 0; minute < 20; minute++) {
            count("acme", 40, minute * MINUTE);
        }
        usage.save();

        // When buckets are longer, and shorter again
        with(SpikeBounds.standard());
        for (int bucket = 4; bucket < 16; bucket++) {
            count("acme", 5_000, bucket * BUCKET);
        }
        usage.save();
        with(SpikeBounds.standard().withBuckets(1, 72, 12));
        count("acme", 50_000, 16 * BUCKET);
        count("acme", 1, 17 * BUCKET);

        // Then nobody knows what is usual in them
        assertThat(alerts).isEmpty();
    }

    @Test
    void shouldKeepNothing_whenItIsSwitchedOff() {
        with(SpikeBounds.standard().with(0, 16));

        usual("acme", 20, 40);
        count("acme", 10_000, 20 * BUCKET);
        count("acme", 1, 21 * BUCKET);

        assertThat(alerts).isEmpty();
        assertThat(store.get(UsageKeys.history("acme"))).isNull();
    }
}
