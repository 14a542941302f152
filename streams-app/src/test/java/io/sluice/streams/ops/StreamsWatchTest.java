package io.sluice.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.streams.ops.StreamsStatus.SeenThread;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.KafkaStreams.State;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class StreamsWatchTest {
    private static final StreamsStatus WELL = new StreamsStatus(
            State.RUNNING,
            List.of(new SeenThread("StreamThread-1", Set.of(0), Set.of(), Duration.ZERO, Duration.ZERO)));
    private static final StreamsStatus WITHOUT_THREAD = new StreamsStatus(State.RUNNING, List.of());

    private final AtomicLong nowNanos = new AtomicLong();
    private final AtomicInteger timesReady = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final StreamsWatch watch = new StreamsWatch(
            "app", new ReadinessRules(Duration.ofSeconds(6), 1_000), timesReady::incrementAndGet, nowNanos::get);

    @AfterEach
    void close() {
        watch.close();
    }

    @Test
    void shouldTellOnceThatItIsReadyAgain_whenItWasNot() {
        // When
        watch.tick(WELL, null);
        watch.tick(WELL, null);
        watch.tick(WITHOUT_THREAD, null);
        watch.tick(WELL, null);

        // Then
        assertThat(watch.ready()).isEqualTo(ProbeAnswer.OK);
        assertThat(timesReady).hasValue(2);
        assertThat(watch.hasFailed()).isFalse();
    }

    @Test
    void shouldGiveUpForGood_whenKafkaStreamsDoes() {
        // Given
        watch.onFailure(failures::incrementAndGet);
        watch.tick(WELL, null);

        // When: Streams is in that state while it closes, and in another when it has closed
        watch.tick(new StreamsStatus(State.PENDING_ERROR, WELL.threads()), null);
        watch.tick(WELL, null);

        // Then
        assertThat(watch.hasFailed()).isTrue();
        assertThat(watch.ready().ok()).isFalse();
        assertThat(watch.standbys().ok()).isFalse();
        assertThat(failures).hasValue(1);
    }

    @Test
    void shouldGiveUp_whenTheLastThreadWasNotReplaced() {
        // When
        for (int i = 0; i <= StreamsWatch.LOOKS_WITHOUT_THREAD_MAX; i++) {
            assertThat(watch.hasFailed()).isFalse();
            watch.tick(WITHOUT_THREAD, null);
        }

        // Then: who asks later is told at once
        assertThat(watch.hasFailed()).isTrue();
        watch.onFailure(failures::incrementAndGet);
        assertThat(failures).hasValue(1);
    }

    @Test
    void shouldNotGiveUp_whenItIsClosed() {
        // When
        for (int i = 0; i <= 2 * StreamsWatch.LOOKS_WITHOUT_THREAD_MAX; i++) {
            watch.tick(new StreamsStatus(State.NOT_RUNNING, List.of()), null);
        }

        // Then
        assertThat(watch.hasFailed()).isFalse();
    }

    @Test
    void shouldLookAgain_whenALookEndsWithAnError() {
        // Given
        AtomicInteger looks = new AtomicInteger();

        // When
        watch.start(
                () -> {
                    if (looks.getAndIncrement() == 0) {
                        throw new OutOfMemoryError("test");
                    }
                    return WELL;
                },
                () -> null);

        // Then
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> watch.ready().ok());
    }
}
