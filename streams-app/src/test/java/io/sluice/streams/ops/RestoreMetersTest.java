package io.sluice.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class RestoreMetersTest {
    private static final TopicPartition CHANGELOG = new TopicPartition("changelog", 3);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RestoreMeters meters = new RestoreMeters(registry);

    private double left() {
        return registry.get("sluice.restore.records.left")
                .tags("store", "state", "partition", "3")
                .gauge()
                .value();
    }

    @Test
    void shouldShowWhatIsLeft_untilTheStoreIsRestored() {
        // Given
        meters.onRestoreStart(CHANGELOG, "state", 100, 1_100);
        assertThat(left()).isEqualTo(1_000);

        // When
        meters.onBatchRestored(CHANGELOG, "state", 700, 600);

        // Then
        assertThat(left()).isEqualTo(400);
        assertThat(registry.get("sluice.restore.records").counter().count()).isEqualTo(600);

        // When
        meters.onRestoreEnd(CHANGELOG, "state", 1_000);

        // Then
        assertThat(registry.find("sluice.restore.records.left").gauges()).isEmpty();
    }

    @Test
    void shouldBeginAnew_whenTheThreadBeforeDiedInTheMiddle() {
        // Given
        meters.onRestoreStart(CHANGELOG, "state", 0, 1_000);
        meters.onBatchRestored(CHANGELOG, "state", 100, 100);

        // When
        meters.onRestoreStart(CHANGELOG, "state", 0, 500);

        // Then
        assertThat(left()).isEqualTo(500);
        meters.onRestoreSuspended(CHANGELOG, "state", 0);
        assertThat(registry.find("sluice.restore.records.left").gauges()).isEmpty();
    }
}
