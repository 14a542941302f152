package io.sluice.streams.ops;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ThreadReplacementTest {
    private final AtomicLong nowNanos = new AtomicLong();
    private final ThreadReplacement replacement = new ThreadReplacement(2, nowNanos::get);
    private final RuntimeException failure = new IllegalStateException("the disk is gone");

    @Test
    void shouldGiveUp_whenThreadsDieMoreOftenThanAllowed() {
        // Given
        assertThat(replacement.handle(failure)).isEqualTo(REPLACE_THREAD);
        assertThat(replacement.handle(failure)).isEqualTo(REPLACE_THREAD);

        // When
        var third = replacement.handle(failure);

        // Then
        assertThat(third).isEqualTo(SHUTDOWN_CLIENT);
    }

    @Test
    void shouldReplaceAgain_whenAnHourHasPassed() {
        // Given
        replacement.handle(failure);
        nowNanos.addAndGet(Duration.ofMinutes(30).toNanos());
        replacement.handle(failure);

        // When the first is more than an hour old, the second is not
        nowNanos.addAndGet(Duration.ofMinutes(31).toNanos());

        // Then
        assertThat(replacement.handle(failure)).isEqualTo(REPLACE_THREAD);
        assertThat(replacement.handle(failure)).isEqualTo(SHUTDOWN_CLIENT);
    }
}
