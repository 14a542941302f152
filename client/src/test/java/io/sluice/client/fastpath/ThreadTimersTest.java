package io.sluice.client.fastpath;

import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class ThreadTimersTest {
    @Test
    void shouldRunOn_whenSomethingFails() {
        // Given
        AtomicInteger runs = new AtomicInteger();
        try (ThreadTimers timers = new ThreadTimers()) {
            // When
            timers.runEvery(1, () -> {
                if (runs.incrementAndGet() == 1) {
                    throw new StackOverflowError("test");
                }
            });

            // Then
            Awaitility.await().until(() -> runs.get() > 2);
        }
    }
}
