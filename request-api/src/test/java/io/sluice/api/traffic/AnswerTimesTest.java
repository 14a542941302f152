package io.sluice.api.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.server.RequestMeters;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which answers the percentiles of the console are about. */
final class AnswerTimesTest {
    private static final int OK = 200;
    private static final int TOO_MANY_REQUESTS = 429;

    private final MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final RequestMeters meters = new RequestMeters(registry);
    private final AnswerTimes times = new AnswerTimes(registry);

    private void answer(int count, String endpoint, int status, boolean throttled, long millis) {
        for (int i = 0; i < count; i++) {
            meters.measure(endpoint, status, throttled, System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(millis));
        }
    }

    @Test
    void shouldLeaveOutThrottledRequests_whenTheyWaitOnPurpose() {
        // Given
        answer(50, "admissions", OK, /* throttled= */ false, 30);
        answer(50, "admissions", TOO_MANY_REQUESTS, /* throttled= */ false, 30);
        answer(100, "admissions", OK, /* throttled= */ true, 4_000);

        // When
        AnswerTimes.Percentiles percentiles = times.sinceLast();

        // Then: both within the bucket from 25 to 50 ms
        assertThat(percentiles.p50Micros()).isBetween(25_000L, 50_000L);
        assertThat(percentiles.p99Micros()).isBetween(25_000L, 50_000L);
    }

    @Test
    void shouldSayNothing_whenAllAnswersSinceTheLastCallWereThrottled() {
        // Given
        answer(1, "admissions", OK, /* throttled= */ false, 30);
        times.sinceLast();
        answer(10, "admissions", OK, /* throttled= */ true, 4_000);
        answer(10, "quota", OK, /* throttled= */ false, 30);

        // When
        AnswerTimes.Percentiles percentiles = times.sinceLast();

        // Then
        assertThat(percentiles).isEqualTo(AnswerTimes.Percentiles.NONE);
    }

    @Test
    void shouldCountAnswersBeyondTheLastBucket_whenHalfAreThatSlow() {
        // Given
        answer(10, "admissions", OK, /* throttled= */ false, 20);
        answer(10, "admissions", OK, /* throttled= */ false, 8_000);

        // When
        AnswerTimes.Percentiles percentiles = times.sinceLast();

        // Then: the last bucket ends at 5 s
        assertThat(percentiles.p50Micros()).isBetween(10_000L, 25_000L);
        assertThat(percentiles.p99Micros()).isEqualTo(5_000_000);
    }

    @Test
    void shouldTellOfNewAnswersOnly_whenSomeWereSlowBefore() {
        // Given
        answer(10, "admissions", OK, /* throttled= */ false, 8_000);
        assertThat(times.sinceLast()).isEqualTo(new AnswerTimes.Percentiles(5_000_000, 5_000_000));
        answer(10, "admissions", OK, /* throttled= */ false, 20);

        // When
        AnswerTimes.Percentiles percentiles = times.sinceLast();

        // Then
        assertThat(percentiles.p50Micros()).isBetween(10_000L, 25_000L);
        assertThat(percentiles.p99Micros()).isBetween(10_000L, 25_000L);
        assertThat(times.sinceLast()).isEqualTo(AnswerTimes.Percentiles.NONE);
    }
}
