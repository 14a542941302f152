package io.sluice.api.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.client.Readiness;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RetryAdviceTest {
    private static final HttpAnswer NO_VERDICT = Problem.unavailable("no verdict within 300 ms");

    private final AtomicLong nowNanos = new AtomicLong();
    private final AtomicInteger looks = new AtomicInteger();
    private Readiness readiness = new Readiness(false, "request partition 0 no longer answers");
    private final RetryAdvice advice = new RetryAdvice(
            () -> {
                looks.incrementAndGet();
                return readiness;
            },
            nowNanos::get);

    private String after(long seconds) {
        nowNanos.set(Duration.ofSeconds(seconds).toNanos());
        return String.valueOf(advice.on(NO_VERDICT).headers().get("Retry-After"));
    }

    @Test
    void shouldGrowWithTheOutageUpToABound() {
        assertThat(after(0)).isEqualTo("1");
        assertThat(after(3)).isEqualTo("1");
        assertThat(after(10)).isEqualTo("5");
        assertThat(after(40)).isEqualTo("20");
        assertThat(after(300)).isEqualTo("30");
    }

    @Test
    void shouldBeginAgain_whenTheOutageIsOver() {
        // Given
        assertThat(after(0)).isEqualTo("1");
        assertThat(after(300)).isEqualTo("30");

        // When one caller was just too slow, and then there is another outage
        readiness = new Readiness(true, "");
        assertThat(after(310)).isEqualTo("1");
        readiness = new Readiness(false, "request partition 0 no longer answers");

        // Then
        assertThat(after(400)).isEqualTo("1");
        assertThat(after(420)).isEqualTo("10");
    }

    @Test
    void shouldLookOnceASecond_whenManyCallersFail() {
        for (int i = 0; i < 1_000; i++) {
            after(i / 500);
        }
        assertThat(looks).hasValue(2);
    }

    @Test
    void shouldLeaveOtherAnswersAlone() {
        HttpAnswer denied = Problem.QUOTA_EXCEEDED.answer("no tokens").with(Problem.retryAfter(7));

        assertThat(advice.on(denied)).isSameAs(denied);
        assertThat(looks).hasValue(0);
    }
}
