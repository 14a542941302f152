package io.sluice.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class ProbeScrapesTest {
    private static final int WITHIN_SECONDS = 60;

    private final AtomicBoolean isTooLarge = new AtomicBoolean(true);
    private final BlockingQueue<String> wakeUps = new LinkedBlockingQueue<>();
    private final BlockingQueue<ProbeResponse> answers = new LinkedBlockingQueue<>();

    private String metrics() {
        if (isTooLarge.get()) {
            throw new OutOfMemoryError("test");
        }
        return "sluice_something 1.0\n";
    }

    /** Asks, and passes time until the answer is there; null if none comes. */
    private ProbeResponse scraped(ProbeScrapes scrapes, long nowNanos) throws InterruptedException {
        scrapes.add(answers::add);
        scrapes.step(nowNanos);
        wakeUps.poll(WITHIN_SECONDS, TimeUnit.SECONDS);
        scrapes.step(nowNanos);
        return answers.poll();
    }

    @Test
    void shouldAnswer500_andRenderTheNext_whenRenderingEndsWithAnError() throws Exception {
        // Given
        try (ProbeScrapes scrapes = new ProbeScrapes(this::metrics, () -> wakeUps.add("up"))) {
            long nowNanos = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);

            // When
            ProbeResponse failed = scraped(scrapes, nowNanos);
            isTooLarge.set(false);
            ProbeResponse next = scraped(scrapes, nowNanos + TimeUnit.MINUTES.toNanos(1));

            // Then
            assertThat(failed).extracting(ProbeResponse::status).isEqualTo(500);
            assertThat(next).extracting(ProbeResponse::status).isEqualTo(200);
        }
    }
}
