package io.sluice.replay.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class ProgressTest {
    private static final double EXACT = 1e-9;

    @Test
    void shouldWeighByOffsets_whenAllAreKnown() {
        // Given
        Progress progress = new Progress(new long[] {300, 100});

        // When
        progress.begins(0, 300);
        progress.reached(0, 150, 140);

        // Then
        assertThat(progress.share()).isCloseTo(150 / 400.0, within(EXACT));
        assertThat(progress.records()).isEqualTo(140);
    }

    @Test
    void shouldCountThoseThatHaveNotBegunAsTheOthers_whenTheRunBeginsInTheMiddle() {
        // Given
        Progress progress = new Progress(new long[] {Progress.UNKNOWN, Progress.UNKNOWN});
        assertThat(progress.share()).isZero();

        // When
        progress.begins(0, 50);
        progress.reached(0, 50, 50);

        // Then
        assertThat(progress.share()).isCloseTo(0.5, within(EXACT));

        // When
        progress.begins(1, 50);
        progress.reached(1, 50, 50);

        // Then
        assertThat(progress.share()).isEqualTo(1);
    }

    @Test
    void shouldBeDone_whenThereIsNothing() {
        // Given
        Progress empty = new Progress(new long[] {0, 0});
        Progress late = new Progress(new long[] {Progress.UNKNOWN});
        late.begins(0, 0);

        // When, Then
        assertThat(empty.share()).isEqualTo(1);
        assertThat(late.share()).isEqualTo(1);
    }
}
