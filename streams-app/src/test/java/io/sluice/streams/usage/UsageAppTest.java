package io.sluice.streams.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.streams.ops.StartupException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The attempts to start the usage roll-ups. */
final class UsageAppTest {
    @Test
    void shouldTryAgain_whenAnAttemptEndsWithAnythingElse() throws Exception {
        // Given
        CountDownLatch attempts = new CountDownLatch(4);

        // When
        try (UsageApp usage = UsageApp.start(
                new SimpleMeterRegistry(),
                () -> {
                    attempts.countDown();
                    switch ((int) attempts.getCount()) {
                        case 3 -> throw new OutOfMemoryError("a test");
                        case 2 -> throw new IllegalStateException("a test");
                        default -> throw new StartupException("a test", new IllegalStateException());
                    }
                },
                Duration.ofMillis(1))) {
            // Then
            assertThat(attempts.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(usage.ready().ok()).isFalse();
        }
    }
}
