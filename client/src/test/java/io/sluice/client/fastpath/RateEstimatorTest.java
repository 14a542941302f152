package io.sluice.client.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What makes a rate. */
final class RateEstimatorTest {
    private static final long MILLI = 1_000_000;
    private static final long WINDOW = FastAdmissions.WINDOW_MILLIS * MILLI;
    private static final long SEED = 20_261_121L;
    private static final int WINDOWS = 10_000;

    @Test
    void shouldNotBeHot_whenAskedOnceAtTheEndOfAWindow() {
        // Given
        RateEstimator rate = new RateEstimator(0);
        rate.asked(1);

        // When
        rate.updateRate(MILLI);

        // Then
        assertThat(rate.requestsPerSecond()).isLessThan(FastPath.standard().hotPerSecond());
    }

    @Test
    void shouldSeldomBeHot_whenAskedAtAThirdOfTheRateByChance() {
        // Given: one request in three seconds on average, at random
        SplittableRandom random = new SplittableRandom(SEED);
        RateEstimator rate = new RateEstimator(0);

        // When
        int hot = 0;
        for (long now = WINDOW; now <= WINDOWS * WINDOW; now += WINDOW) {
            if (random.nextInt(30) == 0) {
                rate.asked(1);
            }
            rate.updateRate(now);
            hot += rate.requestsPerSecond() >= FastPath.standard().hotPerSecond() ? 1 : 0;
        }

        // Then
        assertThat(hot).as("seed " + SEED).isLessThan(WINDOWS / 50);
    }

    @ParameterizedTest
    @CsvSource({"1000,1", "100,1", "10,10", "5,30"})
    void shouldBeHot_whenAskedOftenForSoManyWindows(int perSecond, int windows) {
        // Given
        RateEstimator rate = new RateEstimator(0);

        // When
        for (int window = 1; window <= windows; window++) {
            int before = (window - 1) * perSecond / 10;
            for (int i = before; i < window * perSecond / 10; i++) {
                rate.asked(1);
            }
            rate.updateRate(window * WINDOW);
        }

        // Then
        assertThat(rate.requestsPerSecond())
                .isGreaterThanOrEqualTo(FastPath.standard().hotPerSecond());
    }
}
