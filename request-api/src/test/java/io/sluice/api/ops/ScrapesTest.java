package io.sluice.api.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ScrapesTest {
    private static final int WITHIN_SECONDS = 60;

    /** Too large for the memory, until a test says otherwise. */
    private static final class LargeRegistry extends PrometheusMeterRegistry {
        private volatile boolean isTooLarge = true;

        LargeRegistry() {
            super(PrometheusConfig.DEFAULT);
        }

        @Override
        public String scrape() {
            if (isTooLarge) {
                throw new OutOfMemoryError("test");
            }
            return super.scrape();
        }
    }

    @Test
    void shouldAnswerEveryScraper_whenRenderingEndsWithAnError() throws Exception {
        // Given
        LargeRegistry registry = new LargeRegistry();
        try (Scrapes scrapes = new Scrapes(registry)) {
            CompletableFuture<byte[]> failing = Objects.requireNonNull(scrapes.scrape());

            // When, Then
            assertThatThrownBy(() -> failing.get(WITHIN_SECONDS, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(OutOfMemoryError.class);
            registry.isTooLarge = false;
            assertThat(Objects.requireNonNull(scrapes.scrape()).get(WITHIN_SECONDS, TimeUnit.SECONDS))
                    .isNotEmpty();
        }
    }
}
