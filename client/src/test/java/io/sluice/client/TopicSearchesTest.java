package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.search.ScanBounds;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Searches that end in an unusual way, without a broker: each gets an answer. */
final class TopicSearchesTest {
    private static final int WITHIN_SECONDS = 60;
    private static final TopicSearches.Failures<String> FAILURES = new TopicSearches.Failures<>() {
        @Override
        public String invalid(String field, String detail) {
            return "invalid: " + detail;
        }

        @Override
        public String unavailable(String detail) {
            return "unavailable: " + detail;
        }
    };

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicInteger ended = new AtomicInteger();

    /** One search at once. */
    private TopicSearches searches() {
        return new TopicSearches(
                Map.of("bootstrap.servers", "127.0.0.1:1"),
                new TopicSearches.Subject("decisions", "decision"),
                new ScanBounds(1, 4, 1_000, 60_000),
                registry);
    }

    private CompletableFuture<String> run(TopicSearches searches, TopicSearches.Search<String> search) {
        return searches.run(search, FAILURES, ended::incrementAndGet);
    }

    private static String answer(CompletableFuture<String> answer) throws Exception {
        return answer.get(WITHIN_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void shouldAnswer_andRunTheNext_whenASearchEndsWithAnError() throws Exception {
        // Given
        try (TopicSearches searches = searches()) {
            // When
            CompletableFuture<String> failing = run(searches, (reader, stopped, endNanos) -> {
                throw new OutOfMemoryError("test");
            });

            // Then
            assertThat(answer(failing)).isEqualTo("unavailable: decisions could not be searched");
            assertThat(answer(run(searches, (reader, stopped, endNanos) -> "found")))
                    .isEqualTo("found");
        }
        assertThat(ended).hasValue(2);
        assertThat(registry.get("sluice.client.decision.scans")
                        .tag("end", "failed")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void shouldAnswerThoseThatWait_whenItIsClosed() throws Exception {
        // Given
        CountDownLatch isAtWork = new CountDownLatch(1);
        TopicSearches searches = searches();
        CompletableFuture<String> atWork = run(searches, (reader, stopped, endNanos) -> {
            isAtWork.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return "interrupted";
        });
        isAtWork.await();
        CompletableFuture<String> waiting = run(searches, (reader, stopped, endNanos) -> "found");

        // When
        searches.close();

        // Then
        assertThat(answer(waiting)).isEqualTo("unavailable: cancelled");
        assertThat(atWork).succeedsWithin(Duration.ofSeconds(WITHIN_SECONDS));
        Awaitility.await().atMost(Duration.ofSeconds(WITHIN_SECONDS)).until(() -> ended.get() == 2);
    }
}
