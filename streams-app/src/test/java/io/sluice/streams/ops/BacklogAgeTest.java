package io.sluice.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class BacklogAgeTest {
    private final RequestLag.BacklogAge age = new RequestLag.BacklogAge();

    private long seen(long next, long end, long seconds) {
        return age.seen(next, end, TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    void shouldBeZero_whenAllIsDecided() {
        // Given / When / Then
        assertThat(seen(10, 10, 0)).isZero();
        assertThat(seen(20, 20, 5)).isZero();
    }

    @Test
    void shouldBeZero_whenOnlyThatIsUndecidedWhichCameSinceTheLastLook() {
        // Given
        seen(10, 15, 0);

        // When
        long millis = seen(15, 25, 5);

        // Then
        assertThat(millis).isZero();
    }

    @Test
    void shouldGrowWithTheOldest_whenNobodyDecides() {
        // Given
        seen(10, 11, 0);
        seen(10, 40, 5);

        // When
        long millis = seen(10, 90, 10);

        // Then
        assertThat(millis).isEqualTo(10_000);
        assertThat(age.millis(TimeUnit.SECONDS.toNanos(12))).isEqualTo(12_000);
    }

    @Test
    void shouldFallToTheNextOldest_whenTheOldestIsDecided() {
        // Given
        seen(10, 11, 0);
        seen(10, 40, 5);

        // When
        long millis = seen(11, 90, 10);

        // Then
        assertThat(millis).isEqualTo(5_000);
    }

    @Test
    void shouldKeepTheBeginning_whenABacklogLastsForHours() {
        // Given
        for (int look = 0; look < 10 * RequestLag.BacklogAge.LOOKS_MAX; look++) {
            // When
            long millis = seen(10, 11 + look, 5L * look);

            // Then
            assertThat(millis).isEqualTo(5_000L * look);
        }
    }

    @Test
    void shouldBeginAnew_whenTheTopicWasCreatedAnew() {
        // Given
        seen(10, 40, 0);

        // When
        long millis = seen(0, 5, 5);

        // Then
        assertThat(millis).isZero();
    }
}
