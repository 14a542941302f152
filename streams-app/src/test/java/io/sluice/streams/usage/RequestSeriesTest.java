package io.sluice.streams.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RequestSeriesTest {
    private static final long SEED = 20_261_130L;
    private static final SpikeBounds BOUNDS = SpikeBounds.standard();

    private static RequestSeries of(long... counts) {
        return new RequestSeries(counts, false, Long.MIN_VALUE);
    }

    private static RequestSeries constant(long count) {
        RequestSeries series = new RequestSeries();
        for (int bucket = 0; bucket < BOUNDS.bucketsKept(); bucket++) {
            series.add(count, BOUNDS);
        }
        return series;
    }

    @Test
    void shouldAgreeWithTheDefinition_whenCountsAreRandom() {
        // Given
        SplittableRandom random = new SplittableRandom(SEED);
        int spikes = 0;
        int asLargeBefore = 0;
        for (int round = 0; round < 20_000; round++) {
            int buckets = random.nextInt(12, 73);
            long size = random.nextLong(1, 1_000_000);
            // Bursts among silence, one in so many buckets.
            int period = random.nextInt(1, 30);
            long[] counts = random.longs(buckets, 0, size)
                    .map(count -> count % period == 0 ? count : 0)
                    .toArray();
            long seen = random.nextLong(1, 4 * size + 200);

            // When
            boolean isSpike = of(counts).isSpike(seen, BOUNDS);

            // Then: by floating point, where that is not too close to tell
            long largest = Arrays.stream(counts).max().orElse(0);
            boolean isAboveLargest = seen * 10 > largest * 11;
            double mean = 0;
            for (long count : counts) {
                mean += (double) count / buckets;
            }
            double variance = 0;
            for (long count : counts) {
                variance += (count - mean) * (count - mean) / buckets;
            }
            double z = (seen - mean) / Math.sqrt(Math.max(variance, Math.max(mean, 1)));
            if (Math.abs(z - 3.5) > 1e-6) {
                assertThat(isSpike)
                        .as("seed %d, round %d, z %f, seen %d", SEED, round, z, seen)
                        .isEqualTo(z > 3.5 && seen >= 200 && isAboveLargest);
            }
            asLargeBefore += z > 3.5 && seen >= 200 && !isAboveLargest ? 1 : 0;
            spikes += isSpike ? 1 : 0;
        }
        assertThat(spikes).isBetween(1_000, 19_000);
        assertThat(asLargeBefore).isGreaterThan(500);
    }

    @Test
    void shouldBeQuiet_whenTheSameBurstComesAgainAndAgain() {
        // Bursts in so many buckets of so many
        for (int[] pattern : new int[][] {{1, 18}, {1, 24}, {2, 36}, {1, 72}, {3, 72}, {5, 72}}) {
            // Given what nobody knew in the first six hours
            RequestSeries series = new RequestSeries();
            long atMillis = 0;
            for (int bucket = 0; bucket < 10 * 72; bucket++) {
                atMillis += BOUNDS.bucketMillis();
                boolean isBurst = bucket % pattern[1] < pattern[0];
                // No two are quite the same.
                long requests = isBurst ? 5_000 + bucket * 137L % 400 : 40;

                // When, then
                boolean isDue = series.isAlertDue(requests, atMillis, BOUNDS);
                assertThat(isDue && bucket >= 72)
                        .as("%d of %d, bucket %d", pattern[0], pattern[1], bucket)
                        .isFalse();
                if (isDue) {
                    series.alerted(atMillis);
                }
                series.add(requests, BOUNDS);
            }

            // And a larger one is still told
            assertThat(series.isSpike(5_400 * 11 / 10 + 1, BOUNDS)).isTrue();
        }
    }

    @Test
    void shouldSayMoreThanATenthAboveTheLargest_whenThereWasOneBurst() {
        long[] counts = new long[72];
        counts[30] = 1_000;

        assertThat(of(counts).isSpike(1_100, BOUNDS)).isFalse();
        assertThat(of(counts).isSpike(1_101, BOUNDS)).isTrue();
    }

    @Test
    void shouldAllowForChance_whenRequestsNeverVaried() {
        RequestSeries series = constant(1_000);

        // The deviation of chance is the root of 1,000: 31.6.
        assertThat(series.isSpike(1_110, BOUNDS)).isFalse();
        assertThat(series.isSpike(1_111, BOUNDS)).isTrue();
        assertThat(series.usual()).isEqualTo(new RequestSeries.Usual(1_000, 32, 72));
    }

    @Test
    void shouldNeverOverflow_whenCountsAreHuge() {
        RequestSeries series = constant(Long.MAX_VALUE / 2);

        assertThat(series.isSpike(Long.MAX_VALUE / 2, BOUNDS)).isFalse();
        assertThat(series.isSpike(Long.MAX_VALUE, BOUNDS)).isTrue();
        assertThat(series.usual().requests()).isEqualTo(Long.MAX_VALUE / 2);
    }

    @Test
    void shouldBeQuiet_whenThereAreFewRequestsOrLittleIsKnown() {
        assertThat(constant(0).isSpike(199, BOUNDS)).isFalse();
        assertThat(constant(0).isSpike(200, BOUNDS)).isTrue();
        assertThat(of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1).isSpike(100_000, BOUNDS)).isFalse();
        assertThat(of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1).isSpike(100_000, BOUNDS))
                .isTrue();
    }

    @Test
    void shouldAlertOnce_whenASpikeGoesOn() {
        // Given
        RequestSeries series = constant(10);
        long hour = Duration.ofHours(1).toMillis();

        // When
        assertThat(series.isAlertDue(5_000, hour, BOUNDS)).isTrue();
        series.alerted(hour);

        // Then: not again while it goes on, nor while it cools down
        assertThat(series.isAlertDue(6_000, 9 * hour, BOUNDS)).isFalse();
        series.add(6_000, BOUNDS);
        assertThat(series.isRaised()).isTrue();
        series.add(10, BOUNDS);
        assertThat(series.isRaised()).isFalse();
        assertThat(series.isAlertDue(60_000, 3 * hour - 1, BOUNDS)).isFalse();
        assertThat(series.isAlertDue(60_000, 3 * hour, BOUNDS)).isTrue();
    }

    @Test
    void shouldKeepTheLastBuckets_whenThereAreMore() {
        SpikeBounds three = BOUNDS.withBuckets(5, 3, 1);
        RequestSeries series = new RequestSeries();

        for (long count = 1; count <= 5; count++) {
            series.add(count, three);
        }

        assertThat(series.counts()).containsExactly(3, 4, 5);
    }
}
